import { inspect } from 'node:util';
import { Packr } from 'msgpackr';
import { isJsonObject, type Json } from '../../../shared/json.ts';

/** Maps with whole numbers as keys and full u64, as CXDB wants them. Only a `Map` is a map: it keeps every key. */
const packr = new Packr({ useRecords: false, mapsAsObjects: false });

/** What MessagePack carries here; a `bigint` is always written as a whole number, a large `number` as a float. */
export type Packable = string | number | bigint | boolean | null | readonly Packable[] | PackableMap;
export type PackableMap = ReadonlyMap<string | number, Packable>;

/** A number as a whole one also beyond 32 bits, where plain numbers are written as floats. */
export function whole(value: number): Packable {
  return value <= 0xff_ff_ff_ff ? value : BigInt(value);
}

/** The bytes of a payload: its fields by their tags. Those that are undefined are left out. */
export function packFields(fields: readonly (readonly [number, Packable | undefined])[]): Buffer {
  return packr.pack(new Map(fields.filter(([, value]) => value !== undefined)));
}

/**
 * The fields of a payload by their tags. Tags may be numbers or texts of digits, as CXDB takes both.
 * @throws Error where the bytes are no MessagePack, or no map
 */
export function unpackFields(payload: Uint8Array): ReadonlyMap<number, unknown> {
  const value: unknown = packr.unpack(payload);
  if (!(value instanceof Map)) throw new Error('a payload is no map');
  return new Map([...value].map(([tag, field]: [unknown, unknown]) => [Number(tag), plainNumber(field)]));
}

function plainNumber(value: unknown): unknown {
  return typeof value === 'bigint' && Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

/** A value of JSON as MessagePack carries it, in the order of its keys. */
export function packable(json: Json): Packable {
  if (typeof json !== 'object' || json === null) return json;
  if (!isJsonObject(json)) return json.map(packable);
  return new Map(Object.entries(json).map(([key, value]) => [key, packable(value)]));
}

/** The value of JSON again; what JSON does not know is written out as text, as other writers may use it. */
export function jsonOf(value: unknown): Json {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value;
  const plain = plainNumber(value);
  if (typeof plain === 'number') return plain;
  if (Array.isArray(value)) return value.map(jsonOf);
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (value instanceof Map) return objectOf(value);
  return inspect(value);
}

/** `__proto__` is a key like any other. */
function objectOf(map: ReadonlyMap<unknown, unknown>): Json {
  const object: { [key: string]: Json } = {};
  for (const [key, value] of map) {
    Object.defineProperty(object, String(key), {
      value: jsonOf(value),
      enumerable: true,
      writable: true,
      configurable: true,
    });
  }
  return object;
}

import { unpackFields } from '../../../src/journal/cxdb/records/message-pack.ts';
import type { Json } from '../../../src/shared/json.ts';

interface Field {
  readonly name: string;
  readonly type: string;
}

interface Bundle {
  readonly registry_version: number;
  readonly bundle_id: string;
  readonly types?: Readonly<
    Record<
      string,
      { readonly versions: Readonly<Record<string, { readonly fields: Readonly<Record<string, Field>> }>> }
    >
  >;
}

/** The registry of types; it survives what empties the store. */
export class CxdbRegistry {
  readonly bundles = new Map<string, string>();
  readonly #fields = new Map<string, Readonly<Record<string, Field>>>();

  /** The id of the body counts, whatever the path says; 422 for anything but these very bytes under a known id. */
  put(body: string): 201 | 204 | 422 {
    // The tests send bundles; what is none is not tried.
    const bundle = JSON.parse(body) as Bundle;
    const known = this.bundles.get(bundle.bundle_id);
    if (known !== undefined) return known === body ? 204 : 422;
    if (!(bundle.registry_version > 0)) return 422;
    for (const [type, { versions }] of Object.entries(bundle.types ?? {})) {
      for (const [version, { fields }] of Object.entries(versions)) {
        const place = `${type}@${version}`;
        const earlier = this.#fields.get(place);
        if (earlier && JSON.stringify(earlier) !== JSON.stringify(fields)) return 422;
        this.#fields.set(place, fields);
      }
    }
    this.bundles.set(bundle.bundle_id, body);
    return 201;
  }

  /** The typed view of a payload; undefined where its type is not registered. */
  project(type: string, version: number, payload: Buffer): Json | undefined {
    const fields = this.#fields.get(`${type}@${version}`);
    if (!fields) return undefined;
    const values = unpackFields(payload);
    const data: Record<string, Json> = {};
    for (const [tag, { name, type: fieldType }] of Object.entries(fields)) {
      const value = values.get(Number(tag));
      if (value !== undefined) data[name] = rendered(value, fieldType);
    }
    return data;
  }
}

function rendered(value: unknown, type: string): Json {
  switch (type) {
    case 'string':
      return typeof value === 'string' ? value : null;
    case 'u32':
      return typeof value === 'number' && Number.isInteger(value) ? value : null;
    case 'u64':
      return isWhole(value) && Number(value) >= 0 ? String(value) : null;
    case 'unix_ms':
      return isWhole(value) ? new Date(Number(value)).toISOString() : null;
    default:
      return generic(value);
  }
}

/** As every value of a `map` field: whole numbers become texts. */
function generic(value: unknown): Json {
  if (isWhole(value)) return Number(value) < 0 ? Number(value) : String(value);
  if (typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number') return value;
  if (Array.isArray(value)) return value.map(generic);
  if (value instanceof Map)
    return Object.fromEntries([...value].map(([key, member]) => [String(key), generic(member)]));
  return null;
}

function isWhole(value: unknown): value is number | bigint {
  return typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value));
}

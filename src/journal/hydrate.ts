import type { BlobRef, Journal, Turn } from '../engine/ports/journal.ts';
import { OrchestraError } from '../shared/errors.ts';
import { isJsonObject, type Json, type JsonObject } from '../shared/json.ts';

type Blobs = Pick<Journal, 'getBlob'>;

/** True for what the journal's door puts in the place of a value it moved into a blob. */
export function isBlobRef(value: Json): value is BlobRef & JsonObject {
  if (!isJsonObject(value)) return false;
  const { $blob, bytes, json, ...rest } = value;
  return (
    typeof $blob === 'string' &&
    /^[0-9a-f]{64}$/.test($blob) &&
    typeof bytes === 'number' &&
    (json === undefined || json === true) &&
    Object.keys(rest).length === 0
  );
}

/** The value with every blob in it read back, at any depth. Throws `JOURNAL_CORRUPT` where a blob is missing. */
export function hydrate(journal: Blobs, json: Json): Promise<Json> {
  return resolve(journal, json, () => true);
}

/**
 * The turn with its shape restored: objects and lists that were moved into blobs stand in their place
 * again, long texts stay references. This is the form folds read.
 */
export async function wholeTurn(journal: Blobs, turn: Turn): Promise<Turn> {
  const payload = await resolve(journal, turn.payload, ({ json }) => json === true);
  return payload === turn.payload ? turn : { ...turn, payload };
}

/** Turns as `tail` or `turns` give them, each with its shape restored. */
export async function* wholeTurns(journal: Blobs, turns: AsyncIterable<Turn>): AsyncGenerator<Turn> {
  for await (const turn of turns) yield await wholeTurn(journal, turn);
}

/** Gives back the very same value where nothing in it had to be read. */
async function resolve(journal: Blobs, json: Json, wanted: (ref: BlobRef) => boolean): Promise<Json> {
  if (typeof json !== 'object' || json === null) return json;
  if (isBlobRef(json)) return wanted(json) ? resolve(journal, await read(journal, json), wanted) : json;
  const entries = Object.entries(json);
  let changed = false;
  for (const entry of entries) {
    const resolved = await resolve(journal, entry[1], wanted);
    changed ||= resolved !== entry[1];
    entry[1] = resolved;
  }
  if (!changed) return json;
  return Array.isArray(json) ? entries.map(([, value]) => value) : Object.fromEntries(entries);
}

async function read(journal: Blobs, { $blob, json }: BlobRef): Promise<Json> {
  const content = await journal.getBlob($blob);
  if (!content) throw new OrchestraError('JOURNAL_CORRUPT', `blob ${$blob} is missing`, { details: { blob: $blob } });
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(content);
  return json === true ? (JSON.parse(text) as Json) : text;
}

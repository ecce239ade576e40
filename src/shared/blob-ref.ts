import { OrchestraError } from './errors.ts';
import { isJsonObject, type Json, type JsonObject } from './json.ts';

/** What the journal leaves in the place of a large value: the BLAKE3 hash of the blob it was moved to. */
export interface BlobRef {
  readonly $blob: string;
  readonly bytes: number;
  /** The blob holds the JSON of a value that was no text. */
  readonly json?: true;
}

/** Reads a blob by its hash; undefined when there is none. */
export type ReadBlob = (hash: string) => Promise<Uint8Array | undefined>;

export function isBlobRef(value: Json | undefined): value is BlobRef & JsonObject {
  // Nearly nothing is one, and this is asked of every value that is read.
  if (!isJsonObject(value) || !('$blob' in value)) return false;
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
export function withBlobs(read: ReadBlob, json: Json): Promise<Json> {
  return resolve(read, json, () => true);
}

/**
 * The value with its shape restored: objects and lists that were moved into blobs stand in their place
 * again, long texts stay references. Gives back the very same value where nothing was moved.
 * Throws `JOURNAL_CORRUPT` where a blob is missing.
 */
export async function withShape(read: ReadBlob, json: Json): Promise<Json> {
  return hasMovedShape(json) ? resolve(read, json, ({ json: isShape }) => isShape === true) : json;
}

/** Whether an object or list in the value was moved into a blob. Synchronous: most values hold no reference, and are met once a step. */
export function hasMovedShape(json: Json): boolean {
  if (typeof json !== 'object' || json === null) return false;
  if (isBlobRef(json)) return json.json === true;
  if (!isJsonObject(json)) return json.some(hasMovedShape);
  // Asked of every turn that is read: no list of the members is made.
  for (const key in json) if (hasMovedShape(json[key] ?? null)) return true;
  return false;
}

async function resolve(read: ReadBlob, json: Json, wanted: (ref: BlobRef) => boolean): Promise<Json> {
  if (typeof json !== 'object' || json === null) return json;
  if (isBlobRef(json)) return wanted(json) ? resolve(read, await contentOf(read, json), wanted) : json;
  const entries = Object.entries(json);
  let changed = false;
  for (const entry of entries) {
    // Most members are plain, and waiting for each of many would cost more than reading the rest.
    if (typeof entry[1] !== 'object' || entry[1] === null) continue;
    const resolved = await resolve(read, entry[1], wanted);
    changed ||= resolved !== entry[1];
    entry[1] = resolved;
  }
  if (!changed) return json;
  return Array.isArray(json) ? entries.map(([, value]) => value) : Object.fromEntries(entries);
}

async function contentOf(read: ReadBlob, { $blob, json }: BlobRef): Promise<Json> {
  const content = await read($blob);
  if (!content) throw new OrchestraError('JOURNAL_CORRUPT', `blob ${$blob} is missing`, { details: { blob: $blob } });
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(content);
  return json === true ? parsed(text) : text;
}

/** The blob is what its hash says: where it is no JSON, whoever wrote the reference was wrong about that. */
function parsed(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}

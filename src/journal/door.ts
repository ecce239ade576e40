import { isUtf8 } from 'node:buffer';
import type { BlobHash, BlobRef, Kept } from '../engine/ports/journal.ts';
import { isBlobRef } from '../shared/blob-ref.ts';
import { isJsonObject, type Json } from '../shared/json.ts';
import type { Redactor } from '../shared/redaction.ts';

/** Results above this size, in bytes of UTF-8, are blobs by hash (R6). */
export const inlineLimit = 64 * 1024;

/** Replacing a text shorter than this by a reference would win next to nothing. */
const smallestMovedText = 512;

/** Stores a content that was redacted already, and resolves when it is durable. */
type StoreBlob = (content: Uint8Array) => Promise<BlobHash>;

export interface DoorBlobs {
  readonly store: StoreBlob;
  readonly has: (hash: BlobHash) => Promise<boolean>;
}

/**
 * The journal's door, the same for every driver: redacts a payload, then moves into blobs every text
 * above 64 KB, and, while the whole is above 64 KB, its largest texts and at last its largest members.
 * A text becomes a blob of its UTF-8 bytes; any other value a blob of its JSON, marked `json`. What only
 * looks like a reference, since there is no such blob, is marked as the data it is: agents and tools say
 * what they like, and no reader may fail for it.
 */
export async function keepPayload<T extends Json>(payload: T, redactor: Redactor, blobs: DoorBlobs): Promise<Kept<T>> {
  const redacted = redactor.json(payload);
  const json = JSON.stringify(redacted);
  // This is the only place that gives out the mark of having passed the door.
  if (byteLength(json) <= inlineLimit && !json.includes('"$blob"')) return redacted as Kept<T>;
  const draft: Draft = { root: JSON.parse(json) as Json };
  for (const reference of referencesIn(draft.root)) {
    if (!(await blobs.has(reference['$blob'] as BlobHash))) reference['$data'] = true;
  }
  if (sizeOf(draft.root) > inlineLimit) await shrink(draft, blobs.store);
  return draft.root as Kept<T>;
}

/** Content for `putBlob`: a text is redacted, and so are bytes that are UTF-8; other bytes are kept as they are. */
export function redactContent(content: Uint8Array | string, redactor: Redactor): Uint8Array {
  if (typeof content === 'string') return encoder.encode(redactor.text(content));
  const text = textOf(content);
  return text === undefined ? content : encoder.encode(redactor.text(text));
}

/** The value under construction, in an object so that the root can be replaced like any member. */
interface Draft {
  root: Json;
}

/** Where a value stands: `container[key]`. */
interface Place {
  readonly container: { [key: string]: Json };
  readonly key: string;
  readonly size: number;
}

/** Everything that has the form of a reference, at any depth. */
function referencesIn(value: Json): { [key: string]: Json }[] {
  if (!isContainer(value)) return [];
  return isBlobRef(value) ? [value] : Object.values(value).flatMap(referencesIn);
}

async function shrink(draft: Draft, store: StoreBlob): Promise<void> {
  // A draft is ours alone: it may be written to, which the type forbids.
  const texts = textsIn(draft as unknown as Place['container']).sort((a, b) => b.size - a.size);
  let excess = sizeOf(draft.root) - inlineLimit;
  for (const place of texts) {
    if (place.size <= inlineLimit && excess <= 0) break;
    excess -= place.size - (await moveToBlob(place, store));
  }
  while (sizeOf(draft.root) > inlineLimit) {
    await moveToBlob(bulkOf(draft as unknown as Place['container']), store);
  }
}

/** Replaces the value by a reference to a blob; returns the size of the reference. */
async function moveToBlob({ container, key }: Place, store: StoreBlob): Promise<number> {
  const value = container[key] as Json;
  const isText = typeof value === 'string';
  const content = encoder.encode(isText ? value : JSON.stringify(value));
  const $blob = await store(content);
  const reference: BlobRef = isText ? { $blob, bytes: content.length } : { $blob, bytes: content.length, json: true };
  container[key] = { ...reference };
  return sizeOf(container[key]);
}

/** Every text worth moving, at any depth. */
function textsIn(container: Place['container']): Place[] {
  return Object.entries(container).flatMap(([key, value]) => {
    if (typeof value === 'string') {
      const size = byteLength(value);
      return size < smallestMovedText ? [] : [{ container, key, size }];
    }
    return isContainer(value) ? textsIn(value) : [];
  });
}

/** Goes down from the root as long as one member holds more than half of its container. */
function bulkOf(container: Place['container']): Place {
  const members = Object.entries(container).map(([key, value]) => ({ container, key, size: sizeOf(value) }));
  const largest = members.reduce((a, b) => (b.size > a.size ? b : a));
  const value = container[largest.key];
  if (!isContainer(value) || Object.keys(value).length === 0) return largest;
  const below = bulkOf(value);
  return below.size * 2 > largest.size ? below : largest;
}

/** Arrays are written to by index just like objects by key. */
function isContainer(value: unknown): value is Place['container'] {
  return isJsonObject(value) || Array.isArray(value);
}

function sizeOf(value: Json): number {
  return byteLength(JSON.stringify(value));
}

const encoder = new TextEncoder();
const strictDecoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function byteLength(text: string): number {
  return Buffer.byteLength(text);
}

function textOf(content: Uint8Array): string | undefined {
  return isUtf8(content) ? strictDecoder.decode(content) : undefined;
}

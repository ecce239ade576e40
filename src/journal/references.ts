import type { BlobHash } from '../engine/ports/journal.ts';

/** A blob that a text of JSON may refer to. */
export interface FoundReference {
  readonly hash: BlobHash;
  /** The blob may itself refer to others; a moved text cannot. */
  readonly isContainer: boolean;
}

/**
 * Every blob that a text of JSON may refer to: any string of 64 hexadecimal digits, so that a reference
 * is never overlooked, whatever shape it has. What looks like one and is none keeps a blob at worst.
 */
export function* referencesIn(json: string): Generator<FoundReference> {
  for (const [, hash = '', textReference] of json.matchAll(/"([0-9a-f]{64})"(,"bytes":\d+\})?/g)) {
    yield { hash, isContainer: textReference === undefined };
  }
}

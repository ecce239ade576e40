import { isBlobRef } from '../../../shared/blob-ref.ts';
import { isJsonObject, type Json } from '../../../shared/json.ts';

export interface NeededBlob {
  readonly hash: string;
  /** It holds JSON, which may need further ones. */
  readonly isJson: boolean;
  /** Without it the record is not whole. */
  readonly isRequired: boolean;
}

/**
 * Blobs a value needs: what was moved out of it, and pipelines, which turns name by `bundle`. A text that only looks like
 * the name of one is not asked for in vain.
 */
export function* neededBlobs(value: Json): Generator<NeededBlob> {
  if (typeof value !== 'object' || value === null) return;
  if (isBlobRef(value)) {
    yield { hash: value.$blob, isJson: value.json === true, isRequired: true };
    return;
  }
  if (!isJsonObject(value)) {
    for (const member of value) yield* neededBlobs(member);
    return;
  }
  for (const [key, member] of Object.entries(value)) {
    if (key === 'bundle' && typeof member === 'string' && /^[0-9a-f]{64}$/.test(member))
      yield { hash: member, isJson: false, isRequired: false };
    else yield* neededBlobs(member);
  }
}

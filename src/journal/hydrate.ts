import type { Journal, Turn } from '../engine/ports/journal.ts';
import { hasMovedShape, withBlobs, withShape } from '../shared/blob-ref.ts';
import type { Json } from '../shared/json.ts';

export { isBlobRef } from '../shared/blob-ref.ts';

type Blobs = Pick<Journal, 'getBlob'>;

/** The value with every blob in it read back, at any depth. Throws `JOURNAL_CORRUPT` where a blob is missing. */
export function hydrate(journal: Blobs, json: Json): Promise<Json> {
  return withBlobs((hash) => journal.getBlob(hash), json);
}

/** Whether a turn is as folds read it: nothing but long texts was moved into blobs. Nearly all are. */
export function isWhole({ payload }: Turn): boolean {
  return !hasMovedShape(payload);
}

/** The turn with its shape restored, as folds read it: long texts stay references. */
export async function wholeTurn(journal: Blobs, turn: Turn): Promise<Turn> {
  return isWhole(turn) ? turn : { ...turn, payload: await withShape((hash) => journal.getBlob(hash), turn.payload) };
}

/** Turns as `tail` or `turns` give them, each with its shape restored. */
export async function* wholeTurns(journal: Blobs, turns: AsyncIterable<Turn>): AsyncGenerator<Turn> {
  for await (const turn of turns) yield isWhole(turn) ? turn : await wholeTurn(journal, turn);
}

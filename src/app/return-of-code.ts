import type { ForkPoint, Journal, RunRow } from '../engine/ports/journal.ts';
import { turnTypes } from '../engine/ports/turns.ts';

/** What brings the folders a run works in back to what they were at one of its turns. */
export interface ReturnOfCode {
  /**
   * Called before a run is walked on from a turn it was forked at or went back to, and again after a crash until the walk
   * has recorded something: what it did already, it finds done.
   * @param at the turn, and the run that had it: of a fork its source, else the run itself
   */
  prepare(row: RunRow, at: ForkPoint): Promise<void>;
}

/** For runs that work in the folder they were started in: nothing is brought back. */
export const codeStays: ReturnOfCode = { prepare: async () => undefined };

/** Turns that prepare a walk and are none of it. */
const preparing: ReadonlySet<string> = new Set([
  turnTypes.runRewound,
  turnTypes.pipelineEdited,
  turnTypes.inputsChanged,
  turnTypes.runResumed,
]);

/** The turn a run is about to go on from; undefined where it was neither forked nor rewound, or has gone on already. */
export async function returnedTo(journal: Journal, row: RunRow): Promise<ForkPoint | undefined> {
  const last = row.rewinds?.at(-1);
  const since = last?.by ?? row.forkOf?.turn;
  if (since === undefined) return undefined;
  for await (const { type } of journal.tail(row.id, since)) if (!preparing.has(type)) return undefined;
  return last ? { runId: row.id, turn: last.to } : row.forkOf;
}

import type { ForkPoint, Journal, RunRow } from '../engine/ports/journal.ts';
import { turnTypes } from '../engine/ports/turns.ts';

/** Turns that prepare a walk and are none of it. */
const preparing: ReadonlySet<string> = new Set([
  turnTypes.runRewound,
  turnTypes.pipelineEdited,
  turnTypes.inputsChanged,
  turnTypes.runResumed,
]);

/**
 * The turn a run is about to go on from, and the run that had it: of a fork its source, else the run itself. Undefined where
 * it was neither forked nor rewound, or has gone on already: then its folders are where they should be.
 */
export async function returnedTo(journal: Journal, row: RunRow): Promise<ForkPoint | undefined> {
  const last = row.rewinds?.at(-1);
  const since = last?.by ?? row.forkOf?.turn;
  if (since === undefined) return undefined;
  for await (const { type } of journal.tail(row.id, since)) if (!preparing.has(type)) return undefined;
  return last ? { runId: row.id, turn: last.to } : row.forkOf;
}

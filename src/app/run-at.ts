import type { RunState } from '../contract/run.ts';
import type { Journal, RunRow, Turn } from '../engine/ports/journal.ts';
import { turnTypes, type RunEnded } from '../engine/ports/turns.ts';
import { RunFold } from '../journal/folds/run-fold.ts';
import { wholeTurns } from '../journal/hydrate.ts';

/** A run as it was at one of its turns. */
export interface PastRun {
  readonly fold: RunFold;
  /** As the journal would have listed it then. */
  readonly row: RunRow;
}

/** Folds a run up to a turn of it, also one that it went back behind since. */
export async function runAt(journal: Journal, row: RunRow, turn: number): Promise<PastRun> {
  const fold = new RunFold();
  let ended: RunState | undefined;
  let at = row.at;
  for await (const each of wholeTurns(journal, journal.tail(row.id, 0, turn))) {
    fold.add(each);
    ended = stateAfter(each, ended);
    ({ at } = each);
  }
  const { waiting: _now, summary: _later, ...then } = row;
  const past: RunRow = { ...then, state: ended ?? 'running', updatedAt: at };
  const asks = ended === undefined && fold.view(past).questions.length > 0;
  return { fold, row: asks ? { ...past, state: 'waiting' } : past };
}

/** What follows on an end in a fork of it goes on. */
function stateAfter({ type, branch, payload }: Turn, before: RunState | undefined): RunState | undefined {
  // Written by the runtime.
  if (type === turnTypes.runEnded) return (payload as unknown as RunEnded).state;
  return branch === undefined ? undefined : before;
}

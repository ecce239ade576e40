import type { Journal, RunRow } from '../engine/ports/journal.ts';
import { foldRun } from '../journal/folds/fold-run.ts';
import type { RunFold } from '../journal/folds/run-fold.ts';

/** A run as it was at one of its turns. */
export interface PastRun {
  readonly fold: RunFold;
  /** As the journal would have listed it then. */
  readonly row: RunRow;
}

/** Folds a run up to a turn of it, also one that it went back behind since. */
export async function runAt(journal: Journal, row: RunRow, turn: number): Promise<PastRun> {
  const fold = await foldRun(journal, row.id, turn);
  const { lastAt, turns, endedAs, questions } = fold.state;
  const { waiting: _now, summary: _later, ...then } = row;
  const past: RunRow = { ...then, state: endedAs ?? 'running', updatedAt: turns === 0 ? row.at : lastAt };
  const asks = endedAs === undefined && questions.size > 0;
  return { fold, row: asks ? { ...past, state: 'waiting' } : past };
}

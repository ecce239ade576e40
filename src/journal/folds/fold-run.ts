import type { Journal } from '../../engine/ports/journal.ts';
import { isWhole, wholeTurn } from '../hydrate.ts';
import { foldOf, snapshotForm } from './fold-snapshot.ts';
import { RunFold } from './run-fold.ts';

/** What reading a fold takes of a journal. */
export type FoldSource = Pick<Journal, 'tail' | 'getBlob' | 'snapshot'>;

export interface ReadFold {
  readonly fold: RunFold;
  /** How many turns came from a snapshot. */
  readonly keptTurns: number;
}

/** The fold of everything the journal holds of a run, or of it up to a turn. */
export async function foldRun(journal: FoldSource, runId: string, upToSeq?: number): Promise<RunFold> {
  return (await readFold(journal, runId, upToSeq)).fold;
}

/** The same, for whoever keeps snapshots. Reading begins at the newest before the turn. */
export async function readFold(journal: FoldSource, runId: string, upToSeq?: number): Promise<ReadFold> {
  const snapshot = await journal.snapshot(runId, snapshotForm, upToSeq);
  const fold = snapshot ? foldOf(snapshot) : new RunFold();
  // Not through `wholeTurns`: each generator more is a wait for each turn.
  for await (const turn of journal.tail(runId, snapshot?.seq ?? 0, upToSeq)) {
    fold.add(isWhole(turn) ? turn : await wholeTurn(journal, turn));
  }
  return { fold, keptTurns: snapshot?.turns ?? 0 };
}

import { deserialize, serialize } from 'node:v8';
import type { Journal } from '../../engine/ports/journal.ts';
import type { FoldSnapshot } from '../../engine/ports/journal-snapshots.ts';
import { packed, unpacked, type PackedState } from './packed-state.ts';
import { RunFold } from './run-fold.ts';

/** What is kept of a `RunFold`. Its number rises whenever folds make something else of the same turns (a test tells). */
export const snapshotForm = 'run-fold-3';

/** The fold a snapshot was made of. */
export function foldOf({ content }: FoldSnapshot): RunFold {
  // Written below, in this form.
  return new RunFold(unpacked(deserialize(content) as PackedState));
}

export function snapshotOf(fold: RunFold): FoldSnapshot {
  const { lastSeq, turns } = fold.state;
  return { seq: lastSeq, turns, form: snapshotForm, content: serialize(packed(fold.state)) };
}

/** Turns before the first snapshot, and at least between two: reading so many takes about a fifth of a second. */
const fewestTurns = 10_000;
/** Snapshots grow with the run: one for each eighth of it keeps all of them together in proportion to its turns. */
const shareOfRun = 1 / 8;
/** After one that was made between two parts of a commit, and so refused. */
const turnsUntilRetry = 100;

interface KeptFold {
  readonly runId: string;
  readonly fold: RunFold;
  /** Turns in the newest snapshot there is. */
  readonly keptTurns: number;
  /** Turns between two snapshots. */
  readonly fewest?: number;
}

/** Keeps snapshots of a fold as it grows, so that no reader needs to begin with the first turn. */
export class SnapshotKeeper {
  readonly #journal: Pick<Journal, 'keepSnapshot'>;
  readonly #runId: string;
  readonly #fold: RunFold;
  readonly #fewest: number;
  #next: number;

  constructor(journal: Pick<Journal, 'keepSnapshot'>, { runId, fold, keptTurns, fewest = fewestTurns }: KeptFold) {
    this.#journal = journal;
    this.#runId = runId;
    this.#fold = fold;
    this.#fewest = fewest;
    this.#next = this.#after(keptTurns);
  }

  /** Keeps the fold as it stands, if enough turns came since the last time. */
  async keepWhenDue(): Promise<void> {
    const { turns } = this.#fold.state;
    if (turns < this.#next) return;
    const isKept = await this.#journal.keepSnapshot(this.#runId, snapshotOf(this.#fold));
    this.#next = isKept ? this.#after(turns) : turns + turnsUntilRetry;
  }

  #after(turns: number): number {
    return turns + Math.max(this.#fewest, turns * shareOfRun);
  }
}

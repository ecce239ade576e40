import type { Journal, Turn } from '../engine/ports/journal.ts';
import { readFold } from '../journal/folds/fold-run.ts';
import { SnapshotKeeper } from '../journal/folds/fold-snapshot.ts';
import type { RunFold } from '../journal/folds/run-fold.ts';
import { isWhole, wholeTurn } from '../journal/hydrate.ts';
import { artifactContent } from '../journal/artifacts.ts';
import type { Json } from '../shared/json.ts';

interface LiveFold {
  readonly fold: RunFold;
  /** Turns up to here came from the journal when the fold was made. */
  readonly loadedSeq: number;
  readonly keeper: SnapshotKeeper;
}

/**
 * The folds of the runs walked in one session, children included, kept up to date with every commit.
 * A run's past is read from the journal when it is first spoken of.
 */
export class LiveFolds {
  readonly #journal: Journal;
  readonly #folds = new Map<string, Promise<LiveFold>>();
  /** Turns are taken up one after the other, in the order they were announced. */
  #upToDate: Promise<void> = Promise.resolve();

  constructor(journal: Journal) {
    this.#journal = journal;
  }

  /** Takes up committed turns of a run; `seen` is called for each once the fold knows it. */
  add(runId: string, turns: readonly Turn[], seen: (turn: Turn) => void): void {
    this.#upToDate = this.#upToDate.then(async () => {
      const { fold, loadedSeq, keeper } = await this.#live(runId);
      for (const turn of turns) {
        const whole = isWhole(turn) ? turn : await wholeTurn(this.#journal, turn);
        if (turn.seq > loadedSeq) fold.add(whole);
        seen(whole);
      }
      await keeper.keepWhenDue();
    });
    // `settled` reports it to whoever concludes the session.
    this.#upToDate.catch(() => undefined);
  }

  /** Resolves when everything announced is taken up; rejects when something could not be read. */
  async settled(): Promise<void> {
    await this.#upToDate;
  }

  async of(runId: string): Promise<RunFold> {
    await this.#upToDate;
    return (await this.#live(runId)).fold;
  }

  /** The newest artifact of that name of a run, in full. */
  async artifact(runId: string, name: string): Promise<Json | undefined> {
    const artifact = (await this.of(runId)).artifact(name);
    return artifact && artifactContent(this.#journal, runId, artifact);
  }

  #live(runId: string): Promise<LiveFold> {
    const known = this.#folds.get(runId) ?? load(this.#journal, runId);
    this.#folds.set(runId, known);
    return known;
  }
}

async function load(journal: Journal, runId: string): Promise<LiveFold> {
  const { fold, keptTurns } = await readFold(journal, runId);
  return { fold, loadedSeq: fold.lastSeq, keeper: new SnapshotKeeper(journal, { runId, fold, keptTurns }) };
}

import type { EventLine } from '../contract/event-line.ts';
import type { Journal, Turn } from '../engine/ports/journal.ts';
import { eventLineOf } from '../journal/folds/event-line.ts';
import { wholeTurns } from '../journal/hydrate.ts';

interface Source {
  readonly runId: string;
  readonly turns: AsyncIterator<Turn>;
  next: Turn;
}

/** The events of a run and of all runs below it, read as far as they are committed, again and again. */
export class RunLog {
  readonly #journal: Journal;
  /** Up to where each run is read; a child is known once it was seen. */
  readonly #readUpTo: Map<string, number>;

  constructor(journal: Journal, runId: string) {
    this.#journal = journal;
    this.#readUpTo = new Map([[runId, 0]]);
  }

  /**
   * What was committed since the last reading, in commit order. What several runs commit during a reading
   * may come in another order.
   */
  async *read(): AsyncGenerator<EventLine> {
    await this.#findChildren();
    const sources = await this.#open();
    for (let source = oldest(sources); source; source = oldest(sources)) {
      const turn = source.next;
      this.#readUpTo.set(source.runId, turn.seq);
      const line = eventLineOf(source.runId, turn);
      if (line) yield line;
      const following = await source.turns.next();
      if (following.done) sources.splice(sources.indexOf(source), 1);
      else source.next = following.value;
    }
  }

  /** Resolves soon after one of the runs changed, or when the signal is aborted or the time is over. */
  async changed(signal: AbortSignal, limitMs: number): Promise<void> {
    if (signal.aborted) return;
    await new Promise<void>((resolve) => {
      const stops = Array.from(this.#readUpTo.keys(), (runId) => this.#journal.watch(runId, done));
      const timer = setTimeout(done, limitMs);
      signal.addEventListener('abort', done);
      function done(): void {
        for (const stop of stops) stop();
        clearTimeout(timer);
        signal.removeEventListener('abort', done);
        resolve();
      }
    });
  }

  async #findChildren(): Promise<void> {
    // A map is walked to its end, what is added on the way included.
    for (const parent of this.#readUpTo.keys()) {
      for (const { id } of await this.#journal.runs({ parent, withChildren: true })) {
        if (!this.#readUpTo.has(id)) this.#readUpTo.set(id, 0);
      }
    }
  }

  async #open(): Promise<Source[]> {
    const sources: Source[] = [];
    for (const [runId, afterSeq] of this.#readUpTo) {
      const turns = wholeTurns(this.#journal, this.#journal.tail(runId, afterSeq))[Symbol.asyncIterator]();
      const first = await turns.next();
      if (!first.done) sources.push({ runId, turns, next: first.value });
    }
    return sources;
  }
}

function oldest(sources: readonly Source[]): Source | undefined {
  let found: Source | undefined;
  for (const source of sources) if (!found || source.next.seq < found.next.seq) found = source;
  return found;
}

import { isEventType } from '../contract/event-line.ts';
import type { Journal, Turn } from '../engine/ports/journal.ts';
import { wholeTurns } from '../journal/hydrate.ts';
import { OrchestraError } from '../shared/errors.ts';

/** A committed event of a run of the session. */
export interface Announced {
  readonly runId: string;
  readonly turn: Turn;
}

/** Reads in the journal, whether or not whoever gave it has been closed meanwhile. */
export type WithJournal = <T>(read: (journal: Journal) => Promise<T>) => Promise<T>;

/** Sequence numbers of the events of one run, as far as they were announced. */
interface Announcements {
  readonly first: number;
  readonly last: number;
}

/** Events kept for readers that keep up; about as many are read back at once for those that do not. */
const windowSize = 512;
const pageSize = 128;

/**
 * The events of one session, children's included: any number of readers, each from the beginning and at its own pace. Only
 * the newest are kept; who is further behind is read to from the journal, where all of them are. Rests on two things: events
 * are announced in the order of their sequence numbers, as the journal resolves its appends, and nobody but the session
 * writes events of its runs while it lasts.
 */
export class EventLog {
  readonly #withJournal: WithJournal;
  readonly #windowSize: number;
  readonly #runs = new Map<string, Announcements>();
  readonly #window: Announced[] = [];
  /** Events that are kept no longer, and the number of the last of them. */
  #dropped = 0;
  #droppedUpTo = 0;
  #isEnded = false;
  #wake: (() => void)[] = [];

  constructor(withJournal: WithJournal, window = windowSize) {
    this.#withJournal = withJournal;
    this.#windowSize = window;
  }

  /** Takes up the next event. */
  announce(event: Announced): void {
    const { runId, turn } = event;
    this.#runs.set(runId, { first: this.#runs.get(runId)?.first ?? turn.seq, last: turn.seq });
    this.#window.push(event);
    // In large pieces: taking out one from the front costs as much.
    if (this.#window.length === 2 * this.#windowSize) this.#drop(this.#windowSize);
    this.#wakeAll();
  }

  end(): void {
    this.#isEnded = true;
    this.#wakeAll();
  }

  /** @throws OrchestraError RUN_UNKNOWN where the events of the run were removed from the journal before they were read */
  async *read(): AsyncGenerator<Announced> {
    for (let position = 0, after = 0; ;) {
      const event = this.#window[position - this.#dropped];
      if (position < this.#dropped) {
        const [reached, upTo] = [this.#dropped, this.#droppedUpTo];
        for await (const past of this.#past(after, upTo, reached - position)) yield past;
        [position, after] = [reached, upTo];
      } else if (event) {
        [position, after] = [position + 1, event.turn.seq];
        yield event;
      } else if (this.#isEnded) {
        return;
      } else {
        await new Promise<void>((resolve) => this.#wake.push(resolve));
      }
    }
  }

  #drop(count: number): void {
    this.#dropped += count;
    this.#droppedUpTo = this.#window.splice(0, count).at(-1)?.turn.seq ?? this.#droppedUpTo;
  }

  #wakeAll(): void {
    for (const wake of this.#wake.splice(0)) wake();
  }

  /** The events after one number up to another, read page by page: whoever reads slowly holds nothing open. */
  async *#past(after: number, upTo: number, count: number): AsyncGenerator<Announced> {
    let given = 0;
    for (let from = after; from < upTo;) {
      const begin = from;
      const page = await this.#withJournal((journal) => this.#page(journal, begin, upTo));
      given += page.events.length;
      yield* page.events;
      from = page.upTo;
    }
    if (given !== count)
      throw new OrchestraError('RUN_UNKNOWN', `${count - given} events are no longer in the journal`);
  }

  /** Some of the next events, in order, and the number up to which these are all there are. */
  async #page(journal: Journal, after: number, upTo: number): Promise<{ events: readonly Announced[]; upTo: number }> {
    const events: Announced[] = [];
    let reached = upTo;
    for (const [runId, { first, last }] of this.#runs) {
      if (last <= after || first > reached) continue;
      let count = 0;
      for await (const turn of wholeTurns(journal, journal.tail(runId, Math.max(after, first - 1)))) {
        if (turn.seq > reached) break;
        if (isEventType(turn.type)) events.push({ runId, turn });
        count += 1;
        if (count === pageSize) reached = turn.seq;
      }
    }
    return {
      events: events.filter(({ turn }) => turn.seq <= reached).sort((one, other) => one.turn.seq - other.turn.seq),
      upTo: reached,
    };
  }
}

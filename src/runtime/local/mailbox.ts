import type { Command, InboxEntry } from '../../contract/command.ts';
import type { Journal } from '../../engine/ports/journal.ts';

/**
 * The commands other processes sent to one run, in order of arrival, each given out once. An entry is
 * acted on before the next is looked at, so the number of the last recorded one tells all that were.
 */
export class Mailbox {
  readonly #journal: Pick<Journal, 'inbox'>;
  readonly #runId: string;
  readonly #changed: () => void;
  #entries: InboxEntry[] = [];
  #readUpTo: number;
  #lastTaken: number;
  #reading: Promise<void> | undefined;
  #readAgain = false;

  /**
   * @param takenUpTo number of the last entry earlier processes acted on
   * @param changed called when entries arrived
   */
  constructor(journal: Pick<Journal, 'inbox'>, runId: string, takenUpTo: number, changed: () => void) {
    this.#journal = journal;
    this.#runId = runId;
    this.#readUpTo = takenUpTo;
    this.#lastTaken = takenUpTo;
    this.#changed = changed;
  }

  get first(): InboxEntry | undefined {
    return this.#entries[0];
  }

  /** Number of the last entry given out. */
  get lastTaken(): number {
    return this.#lastTaken;
  }

  /** Takes out what `first` is. */
  takeFirst(): void {
    this.#lastTaken = this.#entries.shift()?.seq ?? this.#lastTaken;
  }

  /** Takes out commands that mean nothing any more. */
  discard(isVoid: (command: Command) => boolean): void {
    this.#entries = this.#entries.filter(({ command }) => !isVoid(command));
  }

  /** Reads what arrived; resolves when everything sent before the call is here. Calls during a reading share the next one. */
  async refresh(): Promise<void> {
    if (this.#reading) {
      this.#readAgain = true;
      return this.#reading;
    }
    this.#reading = this.#readAll();
    try {
      await this.#reading;
    } finally {
      this.#reading = undefined;
    }
  }

  async #readAll(): Promise<void> {
    do {
      this.#readAgain = false;
      const arrived = await this.#journal.inbox(this.#runId, this.#readUpTo);
      const last = arrived.at(-1);
      if (!last) continue;
      this.#readUpTo = last.seq;
      this.#entries.push(...arrived);
      this.#changed();
    } while (this.#readAgain);
  }
}

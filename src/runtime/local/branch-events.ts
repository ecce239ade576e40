import type { StepEvent } from '../../contract/event.ts';
import type { Branch, Journal, Lease, NewTurn, Turn } from '../../engine/ports/journal.ts';
import type { Clock } from './clock.ts';

export interface BranchEventsParts {
  readonly journal: Journal;
  readonly lease: Lease;
  readonly clock: Clock;
  readonly onTurns: (turns: readonly Turn[]) => void;
}

/** Records events on a branch of their own, which is opened for writing with the first of them. */
export class BranchEvents {
  readonly #parts: BranchEventsParts;
  readonly #key: string;
  #branch: Promise<Branch> | undefined;
  #epoch = 1;
  #pending: StepEvent[] = [];
  /** The write that will take what is pending; undefined when nothing was ever. */
  #writing: Promise<void> | undefined;

  constructor(key: string, parts: BranchEventsParts) {
    this.#key = key;
    this.#parts = parts;
  }

  /** Opens the branch for writing, which raises its epoch. */
  async open(): Promise<Branch> {
    this.#branch ??= this.#parts.journal.openBranch(this.#parts.lease, this.#key);
    const branch = await this.#branch;
    this.#epoch = branch.epoch;
    return branch;
  }

  /** That of the branch; 1 until it is opened. */
  get epoch(): number {
    return this.#epoch;
  }

  /**
   * Resolves once the event is durable. Events that arrive while a write is under way are written together by the next one;
   * after one that failed, all reject.
   */
  emit(event: StepEvent): Promise<void> {
    this.#pending.push(event);
    if (this.#pending.length === 1) {
      const before = this.#writing ?? Promise.resolve();
      this.#writing = before.then(() => this.#writePending());
      // `emitted` is awaited at the latest when the work ends; until then this is no unhandled failure.
      this.#writing.catch(() => undefined);
    }
    return this.#writing ?? Promise.resolve();
  }

  /** Resolves when everything emitted so far is durable; rejects when some of it could not be written. */
  async emitted(): Promise<void> {
    await this.#writing;
  }

  async #writePending(): Promise<void> {
    const { journal, clock, onTurns } = this.#parts;
    const branch = await this.open();
    const events = this.#pending;
    this.#pending = [];
    const turns = await Promise.all(
      events.map(async ({ type, ...payload }): Promise<NewTurn> => {
        const kept = await journal.keep(payload);
        return { type, key: this.#key, at: clock.now(), payload: kept };
      }),
    );
    onTurns(await journal.appendToBranch(branch, turns));
  }
}

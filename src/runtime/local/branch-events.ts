import type { StepEvent } from '../../contract/event.ts';
import type { Branch, Journal, Lease, NewTurn, Turn } from '../../engine/ports/journal.ts';
import type { Clock } from './clock.ts';

export interface BranchEventsParts {
  readonly journal: Journal;
  readonly lease: Lease;
  readonly clock: Clock;
  readonly onTurns: (turns: readonly Turn[]) => void;
}

/** Records what goes on beside the steps of a run, on a branch of its own that is opened with the first event. */
export class BranchEvents {
  readonly #parts: BranchEventsParts;
  readonly #key: string;
  #branch: Promise<Branch> | undefined;
  #written: Promise<void> = Promise.resolve();

  constructor(key: string, parts: BranchEventsParts) {
    this.#key = key;
    this.#parts = parts;
  }

  /** One after the other; resolves once the event is durable. */
  emit(event: StepEvent): Promise<void> {
    const writing = this.#written.then(() => this.#write(event));
    this.#written = writing.catch(() => undefined);
    return writing;
  }

  async #write({ type, ...payload }: StepEvent): Promise<void> {
    const { journal, lease, clock, onTurns } = this.#parts;
    this.#branch ??= journal.openBranch(lease, this.#key);
    const turn: NewTurn = { type, key: this.#key, at: clock.now(), payload: await journal.keep(payload) };
    onTurns(await journal.appendToBranch(await this.#branch, [turn]));
  }
}

import type { OperationSettled } from './turns.ts';

/** What an operation came to. */
export interface Settlement {
  readonly key: string;
  readonly turn: OperationSettled;
}

/** Settlements waiting for the walk, in the order they happened. Taking one costs the same however many wait. */
export class SettleQueue {
  #items: Settlement[] = [];
  #head = 0;
  #wake: (() => void) | undefined;
  /** Something happened that nobody was waiting for yet. */
  #isStirred = false;
  #failure: { readonly error: unknown } | undefined;

  put(item: Settlement): void {
    this.#items.push(item);
    this.stir();
  }

  take(): Settlement | undefined {
    const item = this.#items[this.#head];
    if (!item) return undefined;
    this.#head += 1;
    if (this.#head === this.#items.length) {
      this.#items = [];
      this.#head = 0;
    }
    return item;
  }

  /** Ends the walk at its next breath: the lease is lost, or the journal cannot be written. The first error counts. */
  fail(error: unknown): void {
    this.#failure ??= { error };
    this.stir();
  }

  throwIfFailed(): void {
    if (this.#failure) throw this.#failure.error;
  }

  /** Makes the reader look again, for reasons other than a settlement. */
  stir(): void {
    this.#isStirred = true;
    this.#wake?.();
    this.#wake = undefined;
  }

  /** Resolves at the next `put` or `stir`, at once when there was one since it was last called. For one reader. */
  async stirred(): Promise<void> {
    if (!this.#isStirred) await new Promise<void>((resolve) => (this.#wake = resolve));
    this.#isStirred = false;
  }
}

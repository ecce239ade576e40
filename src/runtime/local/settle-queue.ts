import type { OperationSettled } from './turns.ts';

export interface QueuedSettlement {
  readonly key: string;
  readonly turn: OperationSettled;
}

/** Settlements waiting for the walk, in the order they happened. Taking one costs the same however many wait. */
export class SettleQueue {
  #items: QueuedSettlement[] = [];
  #head = 0;
  #wake: (() => void) | undefined;

  get isEmpty(): boolean {
    return this.#head === this.#items.length;
  }

  put(item: QueuedSettlement): void {
    this.#items.push(item);
    this.poke();
  }

  take(): QueuedSettlement | undefined {
    const item = this.#items[this.#head];
    if (!item) return undefined;
    this.#head += 1;
    if (this.isEmpty) {
      this.#items = [];
      this.#head = 0;
    }
    return item;
  }

  /** Resolves at the next `put` or `poke`; at once when something waits already. */
  async changed(): Promise<void> {
    if (!this.isEmpty) return;
    await new Promise<void>((resolve) => (this.#wake = resolve));
  }

  /** Makes the reader look again, for reasons other than a settlement. */
  poke(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}

import type { StepEvent } from '../../../contract/event.ts';

interface Waiting {
  readonly event: StepEvent;
  readonly recorded: () => void;
}

/**
 * Leads events from a graph that runs by itself to whoever reads them one by one. `tell` resolves once the reader has
 * come back for the next event, which is when it has recorded this one: nothing that follows from it starts before.
 */
export class EventChannel {
  readonly #waiting: Waiting[] = [];
  #wake = Promise.withResolvers<void>();

  tell(event: StepEvent): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#waiting.push({ event, recorded: resolve });
    this.#wake.resolve();
    return promise;
  }

  /** The events told while `work` runs; then what it resolves with. */
  async *during<T>(work: Promise<T>): AsyncGenerator<StepEvent, T> {
    const over = { now: false };
    const ended = (): void => {
      over.now = true;
      this.#wake.resolve();
    };
    work.then(ended, ended);
    for (;;) {
      for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
        yield next.event;
        next.recorded();
      }
      if (over.now) return work;
      await this.#wake.promise;
      this.#wake = Promise.withResolvers<void>();
    }
  }
}

import type { StepEvent } from '../../../contract/event.ts';

interface Waiting {
  readonly event: StepEvent;
  readonly recorded: () => void;
  readonly unheard: (reason: Error) => void;
}

/**
 * Leads events from a graph that runs by itself to whoever reads them one by one. `tell` resolves once the reader has
 * come back for the next event, which is when it has recorded this one: nothing that follows from it starts before. It
 * rejects when the reader has gone.
 */
export class EventChannel {
  readonly #waiting: Waiting[] = [];
  #wake = Promise.withResolvers<void>();
  #isClosed = false;

  tell(event: StepEvent): Promise<void> {
    if (this.#isClosed) return Promise.reject(readerGone());
    const { promise, resolve: recorded, reject: unheard } = Promise.withResolvers<void>();
    this.#waiting.push({ event, recorded, unheard });
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
    let current: Waiting | undefined;
    try {
      for (;;) {
        for (current = this.#waiting.shift(); current; current = this.#waiting.shift()) {
          yield current.event;
          current.recorded();
        }
        if (over.now) return await work;
        await this.#wake.promise;
        this.#wake = Promise.withResolvers<void>();
      }
    } finally {
      this.#isClosed = true;
      current?.unheard(readerGone());
      for (const { unheard } of this.#waiting.splice(0)) unheard(readerGone());
    }
  }
}

function readerGone(): Error {
  return new Error('nobody reads the events any more');
}

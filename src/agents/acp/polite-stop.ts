/** Ends a program whose turn is aborted: at once, or, when it can be asked to stop, after some time for that. */
export class PoliteStop {
  readonly #signal: AbortSignal;
  readonly #patienceMs: number;
  readonly #force = new AbortController();
  #ask: (() => Promise<void>) | undefined;
  #timer: NodeJS.Timeout | undefined;

  /** @param signal aborts the turn */
  constructor(signal: AbortSignal, patienceMs: number) {
    this.#signal = signal;
    this.#patienceMs = patienceMs;
    signal.addEventListener('abort', this.#stop, { once: true });
  }

  /** Ends the program. */
  get force(): AbortSignal {
    return this.#force.signal;
  }

  /** From now on it is asked first. */
  asks(ask: () => Promise<void>): void {
    this.#ask = ask;
  }

  /** The turn is over: nothing is stopped any more. */
  settle(): void {
    clearTimeout(this.#timer);
    this.#signal.removeEventListener('abort', this.#stop);
  }

  readonly #stop = (): void => {
    const end = (): void => this.#force.abort(this.#signal.reason);
    if (!this.#ask) return end();
    this.#timer = setTimeout(end, this.#patienceMs);
    // Who cannot be asked is ended.
    this.#ask().catch(end);
  };
}

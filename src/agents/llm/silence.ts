/** Ends a request that its provider has said nothing to for too long, and passes on an abort from outside. */
export class Silence {
  readonly #milliseconds: number;
  readonly #outer: AbortSignal;
  readonly #controller = new AbortController();
  readonly #abort = (): void => this.#controller.abort(this.#outer.reason);
  #timer: NodeJS.Timeout | undefined;
  /** The request was ended for it. */
  isTooLong = false;

  constructor(milliseconds: number, outer: AbortSignal) {
    this.#milliseconds = milliseconds;
    this.#outer = outer;
    outer.throwIfAborted();
    outer.addEventListener('abort', this.#abort, { once: true });
    this.broken();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Something was heard. */
  broken(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.isTooLong = true;
      this.#controller.abort(new Error('silent for too long'));
    }, this.#milliseconds);
  }

  /** Nothing is awaited any more: what still runs of the request is ended, too. */
  end(): void {
    clearTimeout(this.#timer);
    this.#outer.removeEventListener('abort', this.#abort);
    this.#controller.abort(new Error('the request has ended'));
  }
}

/** Lets one work go on at a time, in the order they came. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve();

  take<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const mine = this.#after(this.#last, signal, work);
    // How it ends is for its caller; the next only waits for the end.
    this.#last = mine.catch(() => undefined);
    return mine;
  }

  async #after<T>(before: Promise<unknown>, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    await before;
    signal.throwIfAborted();
    return work();
  }
}

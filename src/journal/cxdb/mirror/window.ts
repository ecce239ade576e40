/** Requests that are under way, at most so many at a time. The first one that fails is told to whoever adds or waits next. */
export class Window {
  readonly #size: number;
  readonly #inFlight = new Set<Promise<void>>();
  #failure: { readonly reason: unknown } | undefined;

  constructor(size: number) {
    this.#size = size;
  }

  /** Takes up a request; resolves when there is room for another. */
  async add(request: Promise<void>): Promise<void> {
    const settled = request
      .catch((reason: unknown) => {
        this.#failure ??= { reason };
      })
      .finally(() => this.#inFlight.delete(settled));
    this.#inFlight.add(settled);
    while (this.#inFlight.size >= this.#size) await Promise.race(this.#inFlight);
    this.#assertNoFailure();
  }

  async drained(): Promise<void> {
    await Promise.all(this.#inFlight);
    this.#assertNoFailure();
  }

  #assertNoFailure(): void {
    if (this.#failure) throw this.#failure.reason;
  }
}

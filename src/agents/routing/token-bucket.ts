const minuteMs = 60_000;

/**
 * So much a minute: filled steadily up to what one minute allows, which is also how much may be taken at once. It may be
 * overdrawn, by whoever reserves and waits, and by what is known only afterwards.
 */
export class TokenBucket {
  readonly #perMinute: number;
  readonly #now: () => number;
  #level: number;
  #at: number;

  /**
   * @param now a clock that is never set back, in milliseconds
   */
  constructor(perMinute: number, now: () => number) {
    this.#perMinute = perMinute;
    this.#now = now;
    this.#level = perMinute;
    this.#at = now();
  }

  /** Takes some, or gives some back by a negative amount. */
  take(amount: number): void {
    this.#refill();
    this.#level = Math.min(this.#perMinute, this.#level - amount);
  }

  /** How long until nothing is owed any more, in milliseconds; 0 when nothing is. */
  get waitMs(): number {
    this.#refill();
    return this.#level >= 0 ? 0 : Math.ceil((-this.#level / this.#perMinute) * minuteMs);
  }

  #refill(): void {
    const now = this.#now();
    this.#level = Math.min(this.#perMinute, this.#level + ((now - this.#at) / minuteMs) * this.#perMinute);
    this.#at = now;
  }
}

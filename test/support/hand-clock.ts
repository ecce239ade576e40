import type { Clock } from '../../src/runtime/local/clock.ts';

interface WakeUp {
  readonly by: 'day' | 'steady';
  readonly at: number;
  readonly wake: () => void;
  readonly isAwake: () => boolean;
}

/** Time that stands still until a test moves it. Several processes may share it. */
export class HandClock {
  #now: number;
  /** How far `now` has been set forward, less how far back. */
  #set = 0;
  readonly #wakeUps = new Set<WakeUp>();

  constructor(start = 1_000_000) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  /** Milliseconds the machine has been awake; the time of day may be set without it. */
  steady(): number {
    return this.#now - this.#set;
  }

  /** When, by `now`, the next timer of anybody awake is due. */
  nextDue(): number | undefined {
    const times = [...this.#wakeUps].filter(({ isAwake }) => isAwake()).map((wakeUp) => this.#dueAt(wakeUp));
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** Moves the time, then wakes whom it is due for, earliest first. */
  advanceTo(time: number): void {
    this.#now = Math.max(this.#now, time);
    this.#wakeDue();
  }

  advance(ms: number): void {
    this.advanceTo(this.#now + ms);
  }

  /** Sets the time of day forward, as the end of a laptop's sleep does too, or back, and wakes whom it is due for. */
  set(byMs: number): void {
    this.#now += byMs;
    this.#set += byMs;
    this.#wakeDue();
  }

  /** This clock as one process has it: while it is not awake its timers wait, and are due at once afterwards. */
  for(isAwake: () => boolean): Clock {
    const add = (by: WakeUp['by'], at: number, wake: () => void): (() => void) => {
      const wakeUp = { by, at, wake, isAwake };
      this.#wakeUps.add(wakeUp);
      return () => this.#wakeUps.delete(wakeUp);
    };
    return {
      now: () => this.#now,
      wakeAt: (at, wake) => add('day', at, wake),
      wakeAfter: (ms, wake) => add('steady', this.steady() + ms, wake),
    };
  }

  #dueAt({ by, at }: WakeUp): number {
    return by === 'day' ? at : at + this.#set;
  }

  #wakeDue(): void {
    const due = [...this.#wakeUps].filter((wakeUp) => this.#dueAt(wakeUp) <= this.#now && wakeUp.isAwake());
    for (const wakeUp of due.toSorted((a, b) => this.#dueAt(a) - this.#dueAt(b)))
      if (this.#wakeUps.delete(wakeUp)) wakeUp.wake();
  }
}

import type { Clock } from '../../src/runtime/local/clock.ts';

interface WakeUp {
  readonly at: number;
  readonly wake: () => void;
  readonly isAwake: () => boolean;
}

/** Time that stands still until a test moves it. Several processes may share it. */
export class HandClock {
  #now: number;
  readonly #wakeUps = new Set<WakeUp>();

  constructor(start = 1_000_000) {
    this.#now = start;
  }

  now(): number {
    return this.#now;
  }

  /** When the next timer of anybody awake is due. */
  nextDue(): number | undefined {
    const times = [...this.#wakeUps].filter(({ isAwake }) => isAwake()).map(({ at }) => at);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** Moves the time, then wakes whom it is due for, earliest first. */
  advanceTo(time: number): void {
    this.#now = Math.max(this.#now, time);
    const due = [...this.#wakeUps].filter(({ at, isAwake }) => at <= this.#now && isAwake());
    for (const wakeUp of due.toSorted((a, b) => a.at - b.at)) if (this.#wakeUps.delete(wakeUp)) wakeUp.wake();
  }

  advance(ms: number): void {
    this.advanceTo(this.#now + ms);
  }

  /** This clock as one process has it: while it is not awake its timers wait, and are due at once afterwards. */
  for(isAwake: () => boolean): Clock {
    return {
      now: () => this.#now,
      wakeAt: (at, wake) => {
        const wakeUp = { at, wake, isAwake };
        this.#wakeUps.add(wakeUp);
        return () => this.#wakeUps.delete(wakeUp);
      },
    };
  }
}

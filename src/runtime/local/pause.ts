import type { Clock } from './clock.ts';

/** How long running steps may go on after a pause was asked for (semantics.md, Homes and processes). */
export const graceMs = 10_000;

/** The wish that a run comes to rest, from a command, its owner or one of its children. It outlives segments. */
export class Pause {
  readonly #clock: Clock;
  readonly #changed: () => void;
  #stage: 'none' | 'asked' | 'over' = 'none';
  #stopTimer: (() => void) | undefined;
  #isStopped = false;

  /** @param changed called when a pause is asked for, and when its time has come */
  constructor(clock: Clock, changed: () => void) {
    this.#clock = clock;
    this.#changed = changed;
  }

  /** Nothing new shall start; what runs may end by itself for a while, or not at all. */
  ask(atOnce = false): void {
    if (this.#isStopped || (this.isAsked && !atOnce)) return;
    this.#stopTimer?.();
    this.#stage = atOnce ? 'over' : 'asked';
    if (!atOnce) this.#stopTimer = this.#clock.wakeAfter(graceMs, () => this.ask(true));
    this.#changed();
  }

  get isAsked(): boolean {
    return this.#stage !== 'none';
  }

  /** What still runs has had its time. */
  get isOver(): boolean {
    return this.#stage === 'over';
  }

  /** The run has come to rest: from now on a wish means nothing. */
  stop(): void {
    this.#isStopped = true;
    this.#stopTimer?.();
  }
}

import { setImmediate as nextLoopTurn } from 'node:timers/promises';

/** Longest time that synchronous work keeps the event loop from everything else. */
const longestTurnMs = 10;

/** Cuts long synchronous work into turns of the event loop. */
export class LoopTurns {
  #since = performance.now();

  /** Lets everything else go on, where this turn has taken long enough. */
  async handOver(): Promise<void> {
    if (performance.now() - this.#since < longestTurnMs) return;
    await nextLoopTurn();
    this.#since = performance.now();
  }
}

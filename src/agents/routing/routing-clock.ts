import { setTimeout as delay } from 'node:timers/promises';

/** Time as limits need it; tests drive their own. */
export interface RoutingClock {
  /** Milliseconds since some moment, never set back. */
  now(): number;
  /** Rejects with the reason of `signal` when it aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export const systemRoutingClock: RoutingClock = {
  now: () => performance.now(),
  async sleep(ms, signal) {
    try {
      await delay(ms, undefined, { signal });
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    }
  },
};

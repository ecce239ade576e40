/** Time as the local runtime needs it; tests drive their own. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls `wake` at or soon after `at`; returns how to stop. */
  wakeAt(at: number, wake: () => void): () => void;
}

/** Long waits are cut so that a laptop's sleep or a moved clock is noticed within this time, and a 32-bit timer never overflows. */
const longestSleepMs = 60_000;

export const systemClock: Clock = {
  now: () => Date.now(),
  wakeAt(at, wake) {
    let timer: NodeJS.Timeout;
    const sleep = (): void => {
      const left = at - Date.now();
      if (left <= 0) wake();
      else timer = setTimeout(sleep, Math.min(left, longestSleepMs));
    };
    // Never inside the caller's turn, also when the time has passed already.
    timer = setTimeout(sleep, Math.max(0, Math.min(at - Date.now(), longestSleepMs)));
    return () => clearTimeout(timer);
  },
};

/** Resolves at or soon after `at`; rejects when `signal` is aborted. */
export function sleepUntil(clock: Clock, at: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = clock.wakeAt(at, resolve);
    const abort = (): void => {
      stop();
      reject(new Error('the timer was dropped'));
    };
    signal.addEventListener('abort', abort, { once: true });
  });
}

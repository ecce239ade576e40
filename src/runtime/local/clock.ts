/**
 * Time as the local runtime needs it; tests drive their own. Two kinds, since the time of day is set
 * forward and back, and runs on while the machine sleeps: what is recorded and what others compare with
 * is the time of day; how long this process has let something go on is not.
 */
export interface Clock {
  /** Milliseconds since the epoch. It may jump either way. */
  now(): number;
  /** Calls `wake` at or soon after `at`, by `now`; returns how to stop. */
  wakeAt(at: number, wake: () => void): () => void;
  /** Calls `wake` after `ms` in which this machine was awake, whatever became of `now`; returns how to stop. */
  wakeAfter(ms: number, wake: () => void): () => void;
}

/** Long waits are cut so that a laptop's sleep or a moved clock is noticed within this time, and a 32-bit timer never overflows. */
const longestSleepMs = 60_000;

export const systemClock: Clock = {
  now: () => Date.now(),
  wakeAt: (at, wake) => wakeWhenNothingIsLeft(() => at - Date.now(), wake),
  wakeAfter(ms, wake) {
    const end = performance.now() + ms;
    return wakeWhenNothingIsLeft(() => end - performance.now(), wake);
  },
};

/** Never within the call, also when nothing is left already. */
function wakeWhenNothingIsLeft(leftMs: () => number, wake: () => void): () => void {
  let timer: NodeJS.Timeout;
  const sleep = (): void => {
    timer = setTimeout(() => (leftMs() <= 0 ? wake() : sleep()), Math.max(0, Math.min(leftMs(), longestSleepMs)));
  };
  sleep();
  return () => clearTimeout(timer);
}

/**
 * Resolves at or soon after `dueAt`, and after `longestMs` at the latest: a clock that was set back
 * prolongs no wait. Rejects when `signal` is aborted.
 */
export function sleepUntil(clock: Clock, dueAt: number, longestMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const wake = (): void => {
      stop();
      resolve();
    };
    const stops = [clock.wakeAt(dueAt, wake), clock.wakeAfter(longestMs, wake)];
    const stop = (): void => stops.forEach((stopOne) => stopOne());
    const abort = (): void => {
      stop();
      reject(new Error('the timer was dropped'));
    };
    signal.addEventListener('abort', abort, { once: true });
  });
}

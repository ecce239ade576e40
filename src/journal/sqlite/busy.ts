import { setTimeout as delay } from 'node:timers/promises';
import { lockHolder } from './lock-holder.ts';
import { BusyError, StorageError } from './storage-error.ts';

export interface BusyOptions {
  readonly path: string;
  /** After this the attempt is given up with `JOURNAL_UNAVAILABLE`. */
  readonly limitMs: number;
  /** Told before each further attempt, so that a user interface can say what is waited for. */
  readonly onWaiting: (waitedMs: number) => void;
}

const longestDelayMs = 50;

/**
 * Runs a synchronous piece of database work, again after a growing delay as long as another process
 * holds the lock. The event loop is never blocked by waiting; the time limit is counted in the delays
 * themselves, so that a sleep of the machine does not use it up.
 */
export async function retryWhileBusy<T>(attempt: () => T, options: BusyOptions): Promise<T> {
  let waitedMs = 0;
  for (let delayMs = 1; ; delayMs = Math.min(delayMs * 2, longestDelayMs)) {
    try {
      return attempt();
    } catch (error) {
      if (!(error instanceof BusyError)) throw error;
      if (waitedMs >= options.limitMs) throw givenUp(error, waitedMs, options.path);
    }
    options.onWaiting(waitedMs);
    // Not all who wait come back at the same moment.
    const pauseMs = delayMs * (0.5 + Math.random() / 2);
    await delay(pauseMs);
    waitedMs += pauseMs;
  }
}

function givenUp(cause: BusyError, waitedMs: number, path: string): StorageError {
  const pid = lockHolder(path);
  const who = pid === undefined ? 'another process' : `process ${pid}`;
  const text = `The journal ${path} has been locked by ${who} for ${Math.round(waitedMs / 1_000)} s.`;
  return new StorageError('JOURNAL_UNAVAILABLE', text, {
    cause,
    hint:
      pid === undefined
        ? 'See which program has the file open, and end it.'
        : `See what process ${pid} does (\`ps ${pid}\`); when it is stopped, continue or end it.`,
    details: { path, ...(pid === undefined ? {} : { pid }) },
  });
}

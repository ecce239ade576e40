import { setTimeout as delay } from 'node:timers/promises';
import { lockHolder, type LockHolder } from './lock-holder.ts';
import { BusyError, StorageError } from './storage-error.ts';

export interface BusyOptions {
  readonly path: string;
  /** After this the attempt is given up with `JOURNAL_UNAVAILABLE`. */
  readonly limitMs: number;
  /** Told before each further attempt, so that a user interface can say what is waited for. */
  readonly onWaiting: OnWaiting;
}

/** `holder` looks up who is waited for; undefined where the system does not tell. */
export type OnWaiting = (waitedMs: number, holder: () => LockHolder | undefined) => void;

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
    options.onWaiting(waitedMs, () => lockHolder(options.path));
    // Not all who wait come back at the same moment.
    const pauseMs = delayMs * (0.5 + Math.random() / 2);
    await delay(pauseMs);
    waitedMs += pauseMs;
  }
}

function givenUp(cause: BusyError, waitedMs: number, path: string): StorageError {
  const holder = lockHolder(path);
  const who =
    holder === undefined ? 'another process' : `process ${holder.pid}${holder.isStopped ? ', which is stopped,' : ''}`;
  const text = `The journal ${path} has been locked by ${who} for ${Math.round(waitedMs / 1_000)} s.`;
  return new StorageError('JOURNAL_UNAVAILABLE', text, {
    cause,
    hint: hintFor(holder),
    details: { path, ...(holder === undefined ? {} : { pid: holder.pid }) },
  });
}

function hintFor(holder: LockHolder | undefined): string {
  if (holder === undefined) return 'See which program has the file open, and end it; then try again.';
  const { pid, isStopped } = holder;
  return isStopped
    ? `Continue it with \`kill -CONT ${pid}\`, or end it with \`kill -KILL ${pid}\`; then try again.`
    : `See what it does with \`ps ${pid}\`, and end it if it hangs; then try again.`;
}

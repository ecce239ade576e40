import type { Waiting } from '../../contract/run.ts';
import { localTime } from './local-time.ts';

/** Who or what a run waits for, since when and until when, for people. */
export function waitingText({ for: subject, key, question, reason, since, until }: Waiting, now: number): string {
  const what = question ?? (reason === undefined ? key : `${key}, ${reason}`);
  const due =
    until === undefined ? '' : until <= now ? `, due since ${localTime(until)}` : `, until ${localTime(until)}`;
  return `waits for ${subject === 'answer' ? 'an answer' : subject}: ${what} (since ${localTime(since)}${due})`;
}

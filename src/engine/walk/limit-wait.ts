import { formatDuration } from '../../shared/duration.ts';
import { retryDelayMs, type Backoff } from './retry.ts';

/** How often one visit waited for a limit of its agent, and how long in all. */
export interface LimitWaits {
  readonly count: number;
  readonly totalMs: number;
}

export const noLimitWaits: LimitWaits = { count: 0, totalMs: 0 };

/** How long one visit may wait in all for limits of agents, unless the run says otherwise: longer than the windows of five hours that providers count in. */
export const defaultMaxLimitWaitMs = 6 * 60 * 60 * 1_000;

/** What a wait is at least, however soon the agent says it can again: one that says so every time is not asked without end. */
const growing: Backoff = { initialDelayMs: 1_000, factor: 2, maxDelayMs: 60_000, jitter: true };

/** A wait for a limit, or why there is none. */
export type LimitWait = { readonly delayMs: number; readonly after: LimitWaits } | { readonly refusal: string };

/**
 * The next wait of a visit whose agent can again after `retryAfterMs`.
 * @param token hexadecimal text that decides the jitter
 */
export function nextLimitWait(before: LimitWaits, retryAfterMs: number, maxMs: number, token: string): LimitWait {
  const delayMs = Math.max(Math.round(retryAfterMs), retryDelayMs(before.count + 1, growing, token));
  const totalMs = before.totalMs + delayMs;
  if (totalMs <= maxMs) return { delayMs, after: { count: before.count + 1, totalMs } };
  const wait = `another attempt may succeed in ${formatDuration(delayMs)}`;
  const waited = before.totalMs === 0 ? '' : ` after ${formatDuration(before.totalMs)} of waiting`;
  return { refusal: `${wait}${waited}, and the longest wait is ${formatDuration(maxMs)} (limits.max_usage_wait)` };
}

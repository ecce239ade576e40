import type { AgentEvent } from '../../engine/ports/agent.ts';
import { retryAfterIn, type Moment } from './retry-time.ts';

/** A plan's or an account's limit of use, which passes by itself; agents tell of it without any status. */
const usageLimit =
  /\b(?:usage|session|weekly|hourly|daily|hour) limit\b|\b(?:hit|reached|exceeded) your (?:[\w-]+ )?limit\b|\brate.?limit|usage_limit_reached|exhausted your capacity|resource.exhausted/i;

/**
 * Reads from a failed turn's own words what every agent may say of limits, so that no failure map has to: a limit of use
 * passes, and where the time is named at which it does, that is when to try again.
 */
export function withLimit(event: AgentEvent, moment: Moment): AgentEvent {
  if (event.type !== 'result' || event.ok || event.sessionLost || event.retryAfterMs !== undefined) return event;
  const transient = event.transient || usageLimit.test(event.error);
  if (!transient) return event;
  const retryAfterMs = retryAfterIn(event.error, moment);
  return { ...event, transient, ...(retryAfterMs !== undefined && { retryAfterMs }) };
}

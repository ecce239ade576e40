import { parseDuration } from '../shared/duration.ts';
import { OrchestraError } from '../shared/errors.ts';

/**
 * The moment a `--since` means, in milliseconds since the epoch: a duration before now (`90s`, `2h`), or a
 * date or time (`2026-03-01`, `2026-03-01T14:05:00Z`).
 * @throws OrchestraError USAGE
 */
export function momentSince(text: string, now: number): number {
  const duration = parseDuration(text);
  if (duration !== undefined) return now - duration;
  const moment = /^\d{4}-\d\d/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(moment)) return moment;
  throw new OrchestraError('USAGE', `--since takes no "${text}"`, {
    hint: 'Write how long ago (`90s`, `30m`, `2h`, `1d`), or a date or time such as `2026-03-01T14:05:00Z`.',
  });
}

/** A whole number from 1, as `--limit` takes it; throws `USAGE`. */
export function countOf(limit: number): number {
  if (!Number.isInteger(limit) || limit < 1) throw new OrchestraError('USAGE', '--limit takes a whole number from 1');
  return limit;
}

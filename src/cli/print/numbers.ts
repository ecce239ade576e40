import { formatDuration } from '../../shared/duration.ts';

/** `1 run`, `2 runs`. */
export function count(number: number, what: string): string {
  const ending = /(?:ch|s|x)$/.test(what) ? 'es' : 's';
  return `${number} ${what}${number === 1 ? '' : ending}`;
}

/** In whole days, where it is. */
export function ageText(ms: number): string {
  const days = ms / (24 * 3_600_000);
  return Number.isInteger(days) && days > 0 ? count(days, 'day') : formatDuration(ms);
}

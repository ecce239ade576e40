/** A time as a calendar and a clock on the wall show it; `month` counts from 1. */
export interface WallTime {
  readonly year: number;
  readonly month: number;
  readonly day: number;
  readonly hour: number;
  readonly minute: number;
}

/** Whether the runtime knows a time zone of that name (IANA). */
export function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false; // a RangeError is how it says so
  }
}

/** What calendar and clock show in a time zone at a moment, in milliseconds since the epoch. */
export function wallTimeAt(at: number, timeZone: string): WallTime {
  const date = new Date(at + offsetAt(at, timeZone));
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
  };
}

/**
 * The moment a wall time means in a time zone. Days past the end of a month run into the next. Of an hour that clocks
 * show twice, one of the two; an hour that they leave out is taken as if they had not been set yet.
 */
export function momentOf({ year, month, day, hour, minute }: WallTime, timeZone: string): number {
  const shown = Date.UTC(year, month - 1, day, hour, minute);
  // The offset there may not be that of the first guess.
  const guess = shown - offsetAt(shown, timeZone);
  return shown - offsetAt(guess, timeZone);
}

/** Milliseconds that clocks of a time zone are ahead of UTC. */
function offsetAt(at: number, timeZone: string): number {
  const second = Math.floor(at / 1_000) * 1_000;
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const shown = Object.fromEntries(format.formatToParts(second).map(({ type, value }) => [type, Number(value)]));
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second: seconds = 0 } = shown;
  return Date.UTC(year, month - 1, day, hour, minute, seconds) - second;
}

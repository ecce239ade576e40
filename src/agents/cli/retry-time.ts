import { isTimeZone, momentOf, wallTimeAt, type WallTime } from './wall-time.ts';

/** Where and when a text is read: it may name times of day, and no zone. */
export interface Moment {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** IANA name of the zone of times that name none: that of the machine, as programs on it use it. */
  readonly timeZone: string;
}

/**
 * Milliseconds after which another attempt may succeed, where a text says so in one of the ways agents and providers do:
 * `try again at 3:42 PM`, `resets 3pm (America/New_York)`, `limit reached|1764352800`, `try again in 5 days 3 hours`,
 * `Please retry in 34.07s`, `retry-after: 30`. The most exact of several counts. Undefined where it says nothing, or
 * something that cannot be: a zone nobody knows, more than a month. Never negative: a time just past is now.
 */
export function retryAfterIn(text: string, moment: Moment): number | undefined {
  const found = epochIn(text, moment) ?? timestampIn(text, moment) ?? durationIn(text) ?? wallTimeIn(text, moment);
  return found !== undefined && found <= longestMs ? Math.max(0, found) : undefined;
}

const longestMs = 31 * 24 * 60 * 60 * 1_000;

/** A time of day without seconds that is at most that long past means the limit that is just over, not tomorrow's. */
const justPastMs = 5 * 60 * 1_000;

const cue = String.raw`(?:try(?:ing)?[ _-]again|retry(?:ing)?|resets?|reset|resume|wait|available|renews?)`;

/** `reset at 1764352800`, `"resetsAt":1764352800`, `limit reached|1764352800`: seconds or milliseconds since the epoch. */
function epochIn(text: string, { now }: Moment): number | undefined {
  const [, digits] =
    new RegExp(String.raw`(?:${cue}[ _-]?(?:at|time)?\W{0,4}|\blimit reached\|)(1\d{9}(?:\d{3})?)\b`, 'i').exec(text) ??
    [];
  if (digits === undefined) return undefined;
  return Number(digits) * (digits.length > 10 ? 1 : 1_000) - now;
}

/** `resets at 2026-11-28T15:42:00Z`; without an offset in the zone of the reader. */
function timestampIn(text: string, { now, timeZone }: Moment): number | undefined {
  const pattern = new RegExp(
    String.raw`${cue}\W{0,4}(?:(?:at|on|after|time)\W{1,4})?(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(:\d\d(?:\.\d+)?)?(Z|[+-]\d\d:?\d\d)?`,
    'i',
  );
  const [, year, month, day, hour, minute, seconds = ':00', offset] = pattern.exec(text) ?? [];
  if (year === undefined) return undefined;
  if (offset !== undefined) {
    const at = Date.parse(
      `${year}-${month}-${day}T${hour}:${minute}${seconds}${offset.replace(/(\d\d)(\d\d)$/, '$1:$2')}`,
    );
    return Number.isNaN(at) ? undefined : at - now;
  }
  const shown = {
    year: Number(year),
    month: Number(month),
    day: Number(day),
    hour: Number(hour),
    minute: Number(minute),
  };
  return momentOf(shown, timeZone) + Number(seconds.slice(1)) * 1_000 - now;
}

const unitMs: Readonly<Record<string, number>> = {
  ms: 1,
  millisecond: 1,
  s: 1_000,
  sec: 1_000,
  second: 1_000,
  m: 60_000,
  min: 60_000,
  minute: 60_000,
  h: 3_600_000,
  hr: 3_600_000,
  hour: 3_600_000,
  d: 86_400_000,
  day: 86_400_000,
  w: 604_800_000,
  week: 604_800_000,
};

const amount = String.raw`\d+(?:\.\d+)?\s?(?:milliseconds?|ms|seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d|weeks?|w)(?![a-z])`;

/** `try again in 5 days 3 hours`, `reset after 3h20m10s`, `wait 2 minutes`, `"retryDelay": "34s"`, `retry-after: 30`. */
function durationIn(text: string): number | undefined {
  const amounts = String.raw`${amount}(?:(?:,|\s|and)*${amount})*`;
  const named = new RegExp(
    String.raw`${cue}(?:[ _-]?delay)?\W{1,4}(?:(?:in|after|for)\W{1,4})?(?:(?:about|another|at least)\s)?(${amounts})`,
    'i',
  ).exec(glued(text));
  if (named?.[1] !== undefined) return sumOf(named[1]);
  const header = /\b(?:retry[-_ ]after|resets_in)(-ms|[-_]seconds)?\b\W{1,4}(\d+(?:\.\d+)?)(?![\w.:])/i.exec(text);
  if (header?.[2] === undefined) return undefined;
  return Math.ceil(Number(header[2]) * (header[1]?.toLowerCase() === '-ms' ? 1 : 1_000));
}

/** With a space behind each unit, as `3h20m10s` has none. */
function glued(text: string): string {
  return text.replace(/(\d(?:ms|[smhdw]))(?=\d)/gi, '$1 ');
}

function sumOf(amounts: string): number {
  let sum = 0;
  for (const [, value, unit = ''] of amounts.matchAll(/(\d+(?:\.\d+)?)\s?([a-z]+)/gi)) {
    const word = unit.toLowerCase();
    sum += Number(value) * (unitMs[word] ?? unitMs[word.replace(/s$/, '')] ?? 0);
  }
  return Math.ceil(sum);
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const weekdays = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

const wallTime = new RegExp(
  String.raw`${cue}\s(?:at\s|on\s)?` +
    String.raw`(?:(?<weekday>${weekdays.join('|')})[a-z]*,?\s(?:at\s)?)?` +
    String.raw`(?:(?<month>${months.join('|')})[a-z]*\.?\s(?<day>\d{1,2})(?:st|nd|rd|th)?(?:,?\s(?<year>20\d\d))?,?\s(?:at\s)?)?` +
    String.raw`(?<hour>\d{1,2})(?::(?<minute>\d\d)(?::\d\d)?)?\s?(?<half>[ap]\.?m\b\.?)?` +
    String.raw`(?:\s?\(?(?<zone>[A-Za-z]+(?:[/_+-][A-Za-z0-9]+)+|[A-Z]{2,5})\)?)?`,
  'i',
);

/** `try again at 3:42 PM`, `resets 3pm (Europe/Berlin)`, `resets Mon 12:00am`, `try again at Nov 28th, 2026 3:42 PM`. */
function wallTimeIn(text: string, { now, timeZone }: Moment): number | undefined {
  const said = wallTime.exec(text)?.groups;
  // A bare number is no time of day.
  if (!said || (said['minute'] === undefined && said['half'] === undefined)) return undefined;
  const zone = zoneOf(said['zone'], timeZone);
  const time = timeOfDay(said['hour'], said['minute'], said['half']);
  if (zone === undefined || !time) return undefined;
  const today = wallTimeAt(now, zone);
  for (const date of datesMeant(said, today)) {
    const at = momentOf({ ...date, ...time }, zone);
    if (at >= now - justPastMs) return at - now;
  }
  return undefined;
}

/** Words in capitals behind a time are a zone only where they name one that everybody reads alike. */
function zoneOf(said: string | undefined, own: string): string | undefined {
  if (said === undefined || /^[a-z]+$/.test(said) || /^[A-Z][a-z]+$/.test(said)) return own;
  if (/^(?:UTC|GMT|Z)$/i.test(said)) return 'UTC';
  return said.includes('/') && isTimeZone(said) ? said : undefined;
}

function timeOfDay(
  hours: string | undefined,
  minutes = '0',
  half: string | undefined,
): Pick<WallTime, 'hour' | 'minute'> | undefined {
  const [said, minute] = [Number(hours), Number(minutes)];
  const isAfternoon = half?.toLowerCase().startsWith('p') === true;
  const hour = half === undefined ? said : (said % 12) + (isAfternoon ? 12 : 0);
  return hour > 23 || minute > 59 || (half !== undefined && (said < 1 || said > 12)) ? undefined : { hour, minute };
}

/** The days that may be meant, soonest first. */
function datesMeant(
  { month, day, year, weekday }: Readonly<Record<string, string | undefined>>,
  today: WallTime,
): readonly Pick<WallTime, 'year' | 'month' | 'day'>[] {
  if (month !== undefined) {
    const date = { month: months.indexOf(month.toLowerCase()) + 1, day: Number(day) };
    return year === undefined
      ? [today.year, today.year + 1].map((one) => ({ ...date, year: one }))
      : [{ ...date, year: Number(year) }];
  }
  const ahead = weekday === undefined ? 0 : daysUntil(weekdays.indexOf(weekday.toLowerCase()), today);
  const next = weekday === undefined ? 1 : 7;
  return [ahead, ahead + next].map((days) => ({ ...today, day: today.day + days }));
}

function daysUntil(weekday: number, { year, month, day }: WallTime): number {
  return (weekday - new Date(Date.UTC(year, month - 1, day)).getUTCDay() + 7) % 7;
}

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { retryAfterIn } from './retry-time.ts';
import { momentOf, wallTimeAt } from './wall-time.ts';

const [second, minute, hour, day] = [1_000, 60_000, 3_600_000, 86_400_000];
/** A Saturday, 14:00 UTC, 9 o'clock in New York. */
const now = Date.parse('2026-11-28T14:00:00Z');
const after = (text: string, timeZone = 'UTC'): number | undefined => retryAfterIn(text, { now, timeZone });

describe('what agents and providers say of their limits', () => {
  test.each([
    // Codex
    [
      "You've hit your usage limit. Upgrade to Pro (https://example.com/pro) or try again at 3:42 PM.",
      hour + 42 * minute,
    ],
    [
      "You've hit your usage limit for GPT-5. Switch to another model now, or try again at Dec 1st, 2026 1:47 AM.",
      2 * day + 11 * hour + 47 * minute,
    ],
    [
      "You've hit your usage limit. Upgrade your plan or add credits to continue, or try again at Nov 30, 2026, 11:12 AM.",
      day + 21 * hour + 12 * minute,
    ],
    ["You've hit your usage limit. Try again in 5 days 3 hours.", 5 * day + 3 * hour],
    ["You've hit your usage limit. Try again in 3 days 4 hours 5 minutes.", 3 * day + 4 * hour + 5 * minute],
    ['{"type":"usage_limit_reached","resets_at":1795880000,"resets_in_seconds":9568}', 1_795_880_000_000 - now],
    ['Rate limit reached for gpt-5 in organization org-1. Please try again in 1.3s.', 1_300],
    ['Please try again in 20ms.', 20],
    ['Please try again in 6m0s.', 6 * minute],
    // Claude Code
    ['Claude AI usage limit reached|1795881600', 1_795_881_600_000 - now],
    ["You've hit your limit · resets 3pm (America/New_York)", 6 * hour],
    ["You've hit your session limit · resets 4:30am (UTC)", 14 * hour + 30 * minute],
    ["You've hit your session limit · resets in 1d 5h", day + 5 * hour],
    ["You've hit your weekly limit · resets Mon 12:00am", day + 10 * hour],
    ['5-hour limit reached ∙ resets 5pm', 3 * hour],
    ['Weekly limit reached ∙ resets Dec 9, 5pm', 11 * day + 3 * hour],
    // Gemini
    [
      'You have exhausted your capacity on this model. Your quota will reset after 3h20m10s.',
      3 * hour + 20 * minute + 10 * second,
    ],
    ['Please retry in 34.07s.', 34_070],
    ['"retryDelay": "34s"', 34 * second],
    // Copilot and others
    ["Sorry, you've exceeded your rate limit. Please wait 2 minutes before trying again.", 2 * minute],
    ['rate limited (retry-after: 30)', 30 * second],
    ['{"retry_after":7}', 7 * second],
    ['retry-after-ms: 250', 250],
    ['the limit resets at 2026-11-28T15:42:00.000Z', hour + 42 * minute],
    ['the limit resets at 2026-11-28 15:42:00', hour + 42 * minute],
    ['try again in about 2 hours', 2 * hour],
    ['try again in 1 hour and 30 minutes', 90 * minute],
  ])('%s', (text, expected) => expect(after(text)).toBe(expected));

  test.each([
    'You exceeded your current quota, please check your plan and billing details.',
    'exceeded retry limit, last status: 429 Too Many Requests, request id: req-1',
    'the file was reset at line 30',
    'Please try again later.',
    'limit reached, resets 3:42 PST',
    'limit reached, resets 3pm (Atlantis/Poseidonia)',
    'limit reached, resets 25:10',
    'try again in 200 days',
    'retry 3 of 5',
    '',
  ])('nothing is made of: %s', (text) => expect(after(text)).toBeUndefined());
});

describe('a time of day', () => {
  test('is that of the zone of the machine, where the text names none', () => {
    expect(after('try again at 3:42 PM', 'America/New_York')).toBe(6 * hour + 42 * minute);
    expect(after('try again at 15:42', 'Asia/Kolkata')).toBe(20 * hour + 12 * minute);
  });

  test('that is just past is now; one that is long past is tomorrow', () => {
    expect(after('try again at 1:58 PM')).toBe(0);
    expect(after('try again at 1:50 PM')).toBe(day - 10 * minute);
  });

  test('of a day without a year is the next such day', () => {
    const newYear = Date.parse('2026-12-31T23:00:00Z');
    expect(retryAfterIn('try again at Jan 1, 1:00 AM', { now: newYear, timeZone: 'UTC' })).toBe(2 * hour);
  });

  test('holds over the night when clocks are set', () => {
    // Clocks in New York are set back on 2026-11-01 at 2 o'clock: between 1 PM and 3 PM of the next day lie 27 hours.
    const before = Date.parse('2026-10-31T17:00:00Z');
    const text = 'try again at Nov 1, 2026 3:00 PM';
    expect(retryAfterIn(text, { now: before, timeZone: 'America/New_York' })).toBe(27 * hour);
  });
});

const zones = fc.constantFrom(
  'UTC',
  'America/New_York',
  'Europe/Berlin',
  'Asia/Kolkata',
  'Pacific/Auckland',
  'America/St_Johns',
);
const moments = fc.integer({ min: Date.parse('2025-01-01T00:00:00Z'), max: Date.parse('2035-01-01T00:00:00Z') });

/** Clocks of a zone are set at most by this much in one of its nights. */
const clockChange = hour;

describe('for all texts and moments', () => {
  test('what is said as a duration is what it adds up to', () => {
    const parts = fc.record({ days: fc.nat(9), hours: fc.nat(23), minutes: fc.nat(59), seconds: fc.nat(59) });
    fc.assert(
      fc.property(parts, moments, zones, ({ days, hours, minutes, seconds }, at, timeZone) => {
        const expected = days * day + hours * hour + minutes * minute + seconds * second;
        const long = `try again in ${days} days ${hours} hours ${minutes} minutes ${seconds} seconds`;
        const short = `quota will reset after ${days}d${hours}h${minutes}m${seconds}s.`;
        for (const text of [long, short]) expect(retryAfterIn(text, { now: at, timeZone })).toBe(expected);
      }),
    );
  });

  test('a time of day is met within a day, in every zone', () => {
    fc.assert(
      fc.property(fc.nat(23), fc.nat(59), moments, zones, (hours, minutes, at, timeZone) => {
        const shown = `${((hours + 11) % 12) + 1}:${String(minutes).padStart(2, '0')} ${hours < 12 ? 'AM' : 'PM'}`;
        const wait = retryAfterIn(`try again at ${shown}`, { now: at, timeZone }) ?? Number.NaN;
        expect(wait).toBeGreaterThanOrEqual(0);
        expect(wait).toBeLessThanOrEqual(day + clockChange);
        // Not of the hour: in some night clocks leave it out. Past a little is now.
        if (wait > 0) expect(wallTimeAt(at + wait, timeZone).minute).toBe(minutes);
      }),
    );
  });

  test('a moment with its offset is that moment, whoever reads it', () => {
    fc.assert(
      fc.property(moments, fc.integer({ min: 0, max: 30 * day }), zones, (at, wait, timeZone) => {
        const until = new Date(at + wait).toISOString();
        expect(retryAfterIn(`the limit resets at ${until}`, { now: at, timeZone })).toBe(wait);
      }),
    );
  });

  test('no text makes it throw, take long, or answer with what no timer takes', () => {
    const pieces = fc.constantFrom(
      'try again',
      ' in ',
      ' at ',
      '3',
      ':',
      '42',
      'PM',
      'resets',
      ' ',
      '1764352800',
      'd',
      'h',
      '-',
      'Nov',
      '2026',
      '(',
      'UTC',
      ')',
      '.',
      ',',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(pieces).map((all) => all.join('')),
        ),
        moments,
        zones,
        (text, at, timeZone) => {
          const wait = retryAfterIn(text, { now: at, timeZone });
          if (wait === undefined) return;
          expect(wait).toBeGreaterThanOrEqual(0);
          expect(wait).toBeLessThanOrEqual(31 * day);
        },
      ),
    );
  });
});

test('wall times and moments lead back to each other', () => {
  fc.assert(
    fc.property(moments, zones, (at, timeZone) => {
      const back = momentOf(wallTimeAt(at, timeZone), timeZone);
      // Of an hour shown twice, either may be meant.
      expect([0, clockChange]).toContain(Math.abs(Math.floor(at / minute) * minute - back));
    }),
  );
});

import { expect, test } from 'vitest';
import { formatDuration, parseDuration } from './duration.ts';

test.each([
  ['250ms', '250 ms'],
  ['900s', '15 m'],
  ['15m', '15 m'],
  ['2h', '2 h'],
  ['1d', '24 h'],
  ['4200ms', '4.2 s'],
  ['185s', '3 m 5 s'],
  ['7261s', '2 h 1 m'],
])('%s is read, and shown as %s', (literal, shown) => {
  expect(formatDuration(parseDuration(literal) ?? Number.NaN)).toBe(shown);
});

test.each(['', '5', 's', '1.5s', '-5s', '5 s', '5w'])('"%s" is no duration', (text) => {
  expect(parseDuration(text)).toBeUndefined();
});

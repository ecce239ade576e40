import { expect, test } from 'vitest';
import { shortCost, shortCount, shortDuration } from './quantities.ts';

test.each([
  [40, true, '0.0s'],
  [9_940, true, '9.9s'],
  [9_960, true, '10s'],
  [9_960, false, '9s'],
  [-5, false, '0s'],
  [59_600, true, '1m00s'],
  [59_600, false, '59s'],
  [185_000, false, '3m05s'],
  [3_599_999, false, '59m59s'],
  [7_265_000, false, '2h01m'],
  [86_400_000, false, '1d00h'],
  [273_600_000, true, '3d04h'],
])('%i ms are shown, over: %j, as %s', (ms, isOver, text) => {
  expect(shortDuration(ms, isOver)).toBe(text);
});

test.each([
  [0, '0'],
  [999, '999'],
  [1_000, '1.0k'],
  [99_949, '99.9k'],
  [99_950, '100k'],
  [999_499, '999k'],
  [999_500, '1.0M'],
  [12_340_000, '12.3M'],
])('%i tokens are shown as %s', (count, text) => {
  expect(shortCount(count)).toBe(text);
});

test.each([
  [0, '$0.00'],
  [0.004, '<$0.01'],
  [0.126, '$0.13'],
  [999.5, '$999.50'],
  [1_250.4, '$1250'],
])('%f dollars are shown as %s', (dollars, text) => {
  expect(shortCost(dollars)).toBe(text);
});

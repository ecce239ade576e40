import fc from 'fast-check';
import { expect, test } from 'vitest';
import { oneLine, shortened } from './line-of-text.ts';

test('a text is cut at a blank where one is near, never within a character', () => {
  expect(shortened('one two three', 100)).toBe('one two three');
  expect(shortened('one two three', 10)).toBe('one two…');
  expect(shortened('😀😀😀😀', 3)).toBe('😀😀…');
});

test('any text comes onto one line and within its bounds', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const line = oneLine(text);
      expect(line).not.toMatch(/[\r\n\t\u2028\u2029]/);
      expect(oneLine(line)).toBe(line);
      expect([...shortened(line, 20)].length).toBeLessThanOrEqual(20);
    }),
    { seed: 7, numRuns: 200 },
  );
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sized } from '../../../test/support/size.ts';
import { verifies } from '../../../test/support/verifies.ts';
import { columnsOf } from '../../language/picture/text-layout.ts';
import { clipTo, fitTo, indented, wrapTo } from './fit.ts';
import { glyphsFor } from './glyphs.ts';

const unicode = glyphsFor({ LANG: 'C.UTF-8' });
const ascii = glyphsFor({ LANG: 'C' });

test('a text that is too long ends in a mark, one that fits does not', () => {
  expect(clipTo('a long text', 11, unicode)).toBe('a long text');
  expect(clipTo('a long text', 8, unicode)).toBe('a long …');
  expect(clipTo('a long text', 8, ascii)).toBe('a lon...');
  expect(clipTo('設計を確認する', 6, unicode)).toBe('設計…');
  expect(wrapTo('one two three four', 9, 2, unicode)).toEqual(['one two', 'three…']);
});

verifies(['terminal:live:small', 'terminal:live:safe'], 'whatever the text, it fits and steers nothing', () => {
  const text = fc.string({
    unit: fc.oneof(
      fc.constantFrom('\n', '\u001B', '設', '👩‍🚀', '\u202E', ' ', 'e\u0301'),
      fc.string({ minLength: 1, maxLength: 1 }),
    ),
  });
  const glyphs = fc.constantFrom(unicode, ascii);
  fc.assert(
    fc.property(text, fc.nat({ max: 12 }), glyphs, (any, columns, shown) => {
      for (const line of [
        clipTo(any, columns, shown),
        indented(any, 2, columns, shown),
        ...wrapTo(any, columns, 3, shown),
      ]) {
        expect(columnsOf(line)).toBeLessThanOrEqual(Math.max(columns, 0));
        expect(line).not.toMatch(/[\p{Cc}\u202E]/u);
      }
      expect(columnsOf(fitTo(any, columns, shown))).toBe(columns);
    }),
    { seed: 3, numRuns: sized({ everyday: 500, full: 50_000 }) },
  );
});

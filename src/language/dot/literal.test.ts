import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeString, encodeString } from './literal.ts';

test('every text comes back from its literal', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(decodeString(encodeString(text))).toEqual({ text });
    }),
  );
});

test('the first unknown escape is reported with its place, and kept as it is', () => {
  expect(decodeString(String.raw`"a\n\d\q"`)).toEqual({
    text: 'a\n\\d\\q',
    unknownEscape: { escape: '\\d', offset: 4 },
  });
});

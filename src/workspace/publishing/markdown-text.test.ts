import fc from 'fast-check';
import { expect, test } from 'vitest';
import { code, plainText } from './markdown-text.ts';

test.each([
  ['@somebody did it', /@\u200Bsomebody/],
  ['fixes #12 and !7 and GH-3', /#\u200B12 and !\u200B7 and GH\u200B-3/],
  ['closes https://host.example/o/n/issues/1', /https:\u200B\/\/host/],
  ['www.example.org', /www\u200B\.example/],
  ['<img src=x onerror=alert(1)>', /^\\<img/],
  ['[a](javascript:b) *c* _d_ `e` ~f~ |g|', /^\\\[a\\\]\(javascript:b\) \\\*c\\\* \\_d\\_ \\`e\\` \\~f\\~ \\\|g\\\|$/],
  ['&lt;b&gt;', /^\\&lt;b\\&gt;$/],
  ['\n/close\n/merge\n', /^\/close \/merge$/],
  ['', /^\(nothing\)$/],
])('%j is nothing but text', (text, expected) => {
  expect(plainText(text, 100)).toMatch(expected);
});

test.each([
  ['npm test', '`npm test`'],
  ['a `b` c', '``a `b` c``'],
  ['`b`', '`` `b` ``'],
  ['', '`  `'],
  ['a\nb', '`a b`'],
])('%j as code', (text, expected) => {
  expect(code(text, 100)).toBe(expected);
});

test('any text stays on one line', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      for (const line of [plainText(text, 50), code(text, 50)]) expect(line).not.toMatch(/[\r\n\u2028]/);
    }),
    { seed: 7, numRuns: 200 },
  );
});

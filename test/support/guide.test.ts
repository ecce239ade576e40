import { expect, test } from 'vitest';
import { printsAs } from './guide.ts';

test.each<[expected: readonly string[], printed: string, matches: boolean]>([
  [['a', 'b'], 'a\n\nb  \n', true],
  [['a', 'b'], 'a\n', false],
  [['a'], 'a\nb\n', false],
  [['run … goes on'], 'run 17 goes on\n', true],
  [['run … goes on'], 'run 17 goes off\n', false],
  [['a…a'], 'a\n', false],
  [['…'], '', true],
  [['…', 'c'], 'a\nb\nc\n', true],
  [['…', 'c'], 'a\nb\n', false],
  [['a', '…', 'b', '…'], 'a\nb\nx\nb\n', true],
])('what a guide shows as %j matches %j: %s', (expected, printed, matches) => {
  expect(printsAs(expected, printed)).toBe(matches);
});

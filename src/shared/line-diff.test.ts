import { expect, test } from 'vitest';
import { lineDiff } from './line-diff.ts';

const lines = (count: number, word = 'line'): string =>
  Array.from({ length: count }, (_, at) => `${word} ${at}`).join('\n');

test('equal texts have no difference', () => {
  expect(lineDiff('a\nb', 'a\nb')).toEqual([]);
});

test('what differs stands between the two lines before and after it', () => {
  expect(lineDiff('1\n2\n3\nold\n4\n5\n6', '1\n2\n3\nnew\nmore\n4\n5\n6')).toEqual([
    '  2',
    '  3',
    '- old',
    '+ new',
    '+ more',
    '  4',
    '  5',
  ]);
  expect(lineDiff('a\nb\nc', 'a\nc')).toEqual(['  a', '- b', '  c']);
  expect(lineDiff('', 'a')).toEqual(['- ', '+ a']);
  expect(lineDiff('a\na', 'a\na\na')).toEqual(['  a', '  a', '+ a']);
});

test('many changed lines are counted, and a long one is shown from where it differs', () => {
  expect(lineDiff('x', lines(50))).toHaveLength(22);
  expect(lineDiff('x', lines(50)).at(-1)).toBe('+ ... and 30 more lines');
  const long = 'a'.repeat(1_000);
  const [removed, added] = lineDiff(`${long}old`, `${long}new`);
  expect(removed).toMatch(/^- \.\.\.a+old$/);
  expect(added).toMatch(/^\+ \.\.\.a+new$/);
});

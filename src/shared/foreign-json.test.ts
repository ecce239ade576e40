import { expect, test } from 'vitest';
import { deepestNesting, isDeeperThan, parseForeignJson } from './foreign-json.ts';

const nested = (levels: number): string => `${'['.repeat(levels)}${']'.repeat(levels)}`;

test('a value nested too deeply is refused, however deep that is', () => {
  expect(parseForeignJson(nested(deepestNesting))).toHaveProperty('value');
  for (const levels of [deepestNesting + 1, 1_000_000]) {
    expect(parseForeignJson(nested(levels))).toEqual({ problem: 'nested deeper than 200 levels' });
  }
  expect(isDeeperThan({ a: [{ b: 1 }] }, 3)).toBe(false);
  expect(isDeeperThan({ a: [{ b: 1 }] }, 2)).toBe(true);
  expect([null, 'text', 1].map((value) => isDeeperThan(value, 0))).toEqual([false, false, false]);
});

test('the problem quotes nothing of the text', () => {
  const texts = [
    'correct-horse',
    '{"a": correct-horse}',
    '{"a":"correct-horse',
    `${'x'.repeat(50)}correct-horse`,
    '[1]\ncorrect',
  ];
  const problems = texts.map((text) => parseForeignJson(text)).map((read) => ('problem' in read ? read.problem : ''));
  for (const problem of problems) {
    expect(problem).toMatch(/^not JSON: ./);
    expect(problem).not.toMatch(/cor|horse|xx/);
  }
});

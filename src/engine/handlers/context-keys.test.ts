import { expect, test } from 'vitest';
import { verifies } from '../../../test/support/verifies.ts';
import { contextKeysFrom, isReservedKey } from './context-keys.ts';

verifies('codergen:context-keys', 'a line `key: value` sets a declared key, without emphasis marks', () => {
  const text = ['Thoughts: many', '**critic_verdict:** sufficient', '_score_: `7`', '', '* depth: deep *'].join('\r\n');
  expect(contextKeysFrom(text, ['critic_verdict', 'score', 'depth'])).toEqual({
    critic_verdict: 'sufficient',
    score: '7',
    depth: 'deep',
  });
});

verifies('defect:model-sets-context', 'a line sets nothing the node did not declare', () => {
  const text = 'outcome: fail\nhuman.gate.selected: Y\ncritic_verdict: insufficient';
  expect(contextKeysFrom(text, ['critic_verdict'])).toEqual({ critic_verdict: 'insufficient' });
  expect(contextKeysFrom(text, [])).toEqual({});
});

test('the last occurrence of a key wins and an empty value sets nothing', () => {
  expect(contextKeysFrom('v: a\nv: b: c\nv:  \nw:', ['v', 'w'])).toEqual({ v: 'b: c' });
});

test('a declared key may begin with an underscore', () => {
  expect(contextKeysFrom('_private: 1\n**__proto__**: 2', ['_private', '__proto__'])).toEqual(
    Object.fromEntries([
      ['_private', '1'],
      ['__proto__', '2'],
    ]),
  );
});

test('a line of a million blanks takes no noticeable time', () => {
  const text = `${' '.repeat(1_000_000)}x: ${' '.repeat(1_000_000)}y`;
  expect(contextKeysFrom(text, ['x'])).toEqual({ x: 'y' });
});

verifies('context:reserved-keys', 'the namespaces of the engine are reserved, other keys are not', () => {
  const reserved = [
    'internal',
    'internal.x',
    'graph.goal',
    'parallel.results',
    'stack.child.status',
    'human.gate.label',
  ];
  const free = ['context.x', 'work.item', 'graphs', 'human.name', 'internals.x', 'human', 'last_stage'];
  expect([...reserved, ...free].filter(isReservedKey)).toEqual(reserved);
});

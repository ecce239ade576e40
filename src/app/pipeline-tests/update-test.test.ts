import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { withValues } from './update-test.ts';

const text = `# What it is for
pipeline:   x.dot
expect:
    status: 'fail'   # once
    visited:
      # the way
      - start
      - exit

    context: {a: 1, "b.c": [1,   2]}
    exit_code: 1
`;

test('values are replaced in their own style, and nothing beside them changes', () => {
  const updated = withValues(text, [
    { path: ['status'], actual: 'success' },
    { path: ['visited'], actual: ['start', 'work', 'exit'] },
    { path: ['context', 'a'], actual: { deep: ['x', 'y z'] } },
    { path: ['context', 'b.c'], actual: 'a: "b"\nc' },
    { path: ['exit_code'], actual: 0 },
  ]);
  expect(updated).toBe(`# What it is for
pipeline:   x.dot
expect:
    status: success   # once
    visited:
      # the way
      - start
      - work
      - exit

    context: {a: {deep: [x, y z]}, "b.c": "a: \\"b\\"\\nc"}
    exit_code: 0
`);
  expect(parse(updated)).toMatchObject({ expect: { context: { 'b.c': 'a: "b"\nc' } } });
});

test('an empty list takes the place of a block, and a block that of an empty list', () => {
  expect(withValues('expect:\n  visited:\n    - a\n    - b\n', [{ path: ['visited'], actual: [] }])).toBe(
    'expect:\n  visited:\n    []\n',
  );
  expect(withValues('expect: {visited: []}\n', [{ path: ['visited'], actual: ['a'] }])).toBe(
    'expect: {visited: [a]}\n',
  );
});

test('a key that is not there is left alone', () => {
  expect(withValues(text, [{ path: ['context', 'z'], actual: 1 }])).toBe(text);
});

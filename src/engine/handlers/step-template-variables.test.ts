import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Json } from '../../shared/json.ts';
import { templateVariables } from './step-template-variables.ts';

const variablesOf = (context: Readonly<Record<string, Json>>): unknown =>
  JSON.parse(JSON.stringify(templateVariables(new Map(Object.entries(context))).variables));

test('dotted keys become nested maps', () => {
  expect(variablesOf({ 'tool.output': 'x', 'tools.diff.output': 'y', plain: 1 })).toEqual({
    tool: { output: 'x' },
    tools: { diff: { output: 'y' } },
    plain: 1,
  });
});

test('a longer key wins over a scalar and joins an object, in whatever order they were set', () => {
  const expected = { tool: { output: 'x' }, human: { gate: { label: 'Yes' }, name: 'Ada' } };
  expect(variablesOf({ tool: 1, 'tool.output': 'x', human: { name: 'Ada' }, 'human.gate.label': 'Yes' })).toEqual(
    expected,
  );
  expect(variablesOf({ 'human.gate.label': 'Yes', human: { name: 'Ada' }, 'tool.output': 'x', tool: 1 })).toEqual(
    expected,
  );
});

test('objects of the context are not changed', () => {
  const human = { gate: { key: 'Y' } };
  variablesOf({ human, 'human.gate.label': 'Yes' });
  expect(human).toEqual({ gate: { key: 'Y' } });
});

test('a key with an empty segment stays one name', () => {
  expect(variablesOf({ 'a..b': 1, '.c': 2 })).toEqual({ 'a..b': 1, '.c': 2 });
});

test('values the journal keeps apart are left out and named', () => {
  const context = new Map<string, Json>([['big', { $blob: 'ab'.repeat(32), bytes: 70_000 }]]);
  expect(templateVariables(context)).toMatchObject({ leftOut: ['big'] });
  expect('big' in templateVariables(context).variables).toBe(false);
});

test('no key reaches a prototype', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('__proto__', 'constructor', 'prototype', 'a'), { minLength: 1, maxLength: 4 }),
      (path) => {
        templateVariables(new Map([[path.join('.'), 'polluted']]));
        expect(({} as { a?: unknown }).a).toBeUndefined();
        expect(Object.prototype.constructor).toBe(Object);
      },
    ),
    { seed: 3, numRuns: 100 },
  );
});

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { verifies } from '../../../test/support/verifies.ts';
import type { Outcome } from '../../contract/outcome.ts';
import { parseStatusFile, printStatusFile } from './status-file.ts';

const problemOf = (file: unknown): string | undefined => {
  const read = parseStatusFile(typeof file === 'string' ? file : JSON.stringify(file));
  return 'problem' in read ? read.problem : undefined;
};

describe('a valid status file', () => {
  verifies(
    [
      'status-file:outcome',
      'status-file:preferred_label',
      'status-file:suggested_next_ids',
      'status-file:context_updates',
      'status-file:notes',
    ],
    'gives an outcome with all its fields',
    () => {
      const text = JSON.stringify({
        outcome: 'partial_success',
        preferred_label: 'Fix',
        suggested_next_ids: ['fix', 'review'],
        context_updates: { 'tests.failed': 3, verdict: 'weak' },
        notes: 'three tests fail',
        failure_reason: 'flaky',
      });
      expect(parseStatusFile(text)).toEqual({
        outcome: {
          status: 'partial_success',
          preferredLabel: 'Fix',
          suggestedNextIds: ['fix', 'review'],
          contextUpdates: { 'tests.failed': 3, verdict: 'weak' },
          notes: 'three tests fail',
          failureReason: 'flaky',
        },
      });
    },
  );

  test('may leave texts empty and carry fields of others', () => {
    const text = '\uFEFF{"outcome":"success","preferred_label":"","notes":"","tool":{"version":2}}';
    expect(parseStatusFile(text)).toEqual({ outcome: { status: 'success' } });
  });

  test('keeps a __proto__ key as an ordinary key', () => {
    const read = parseStatusFile('{"outcome":"success","context_updates":{"__proto__":{"polluted":true}}}');
    const updates = 'outcome' in read ? read.outcome.contextUpdates : undefined;
    expect(Object.keys(updates ?? {})).toEqual(['__proto__']);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  test('is never read from Object.prototype', () => {
    expect(problemOf('{"__proto__":{"outcome":"success"}}')).toContain('outcome must be one of');
  });
});

describe('a broken status file', () => {
  verifies('status-file:malformed', 'is refused with the path of the first problem', () => {
    expect(problemOf('{"outcome":')).toMatch(/^not JSON: /);
    expect(problemOf([])).toBe('the file must be a JSON object');
    expect(problemOf({ outcome: 'ok' })).toBe('outcome must be one of success, partial_success, retry, fail');
    expect(problemOf({ outcome: 'skipped' })).toMatch(/^outcome must be one of/);
    expect(problemOf({ notes: 'no outcome' })).toMatch(/^outcome must be one of/);
    expect(problemOf({ outcome: 'success', notes: 7 })).toBe('notes must be a string');
    expect(problemOf({ outcome: 'success', preferred_label: null })).toBe('preferred_label must be a string');
    expect(problemOf({ outcome: 'success', suggested_next_ids: 'a' })).toBe(
      'suggested_next_ids must be a list of strings',
    );
    expect(problemOf({ outcome: 'success', suggested_next_ids: ['a', 1] })).toBe(
      'suggested_next_ids[1] must be a string',
    );
    expect(problemOf({ outcome: 'success', context_updates: [] })).toBe('context_updates must be an object');
  });

  verifies('context:reserved-keys', 'is refused when it sets a reserved context key', () => {
    for (const key of [
      'internal.retry_count.x',
      'graph.goal',
      'parallel.results',
      'stack.child.x',
      'human.gate.selected',
      'graph',
    ]) {
      expect(problemOf({ outcome: 'success', context_updates: { [key]: 1 } })).toBe(
        `context_updates: context key "${key}" is reserved for the engine`,
      );
    }
  });

  test('never throws, whatever the text', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.json().map((inner) => `{"outcome":"success","context_updates":${inner}}`),
        ),
        (text) => {
          const read = parseStatusFile(text);
          expect('outcome' in read || read.problem !== '').toBe(true);
        },
      ),
      { seed: 1, numRuns: 500 },
    );
  });
});

test('a printed outcome reads back as the same outcome', () => {
  const text = fc.string({ minLength: 1 });
  const outcome = fc.record(
    {
      status: fc.constantFrom('success', 'partial_success', 'retry', 'fail'),
      preferredLabel: text,
      suggestedNextIds: fc.array(text),
      contextUpdates: fc.dictionary(fc.string({ maxLength: 5 }), fc.jsonValue()),
      notes: text,
      failureReason: text,
    },
    { requiredKeys: ['status'] },
  );
  fc.assert(
    fc.property(outcome, (written) => {
      expect(parseStatusFile(printStatusFile(written as Outcome))).toEqual({
        outcome: JSON.parse(JSON.stringify(written)) as Outcome,
      });
    }),
    { seed: 2, numRuns: 200 },
  );
});

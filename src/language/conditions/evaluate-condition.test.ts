import { describe, expect, it } from 'vitest';
import { verifies } from '../../../test/support/verifies.ts';
import type { Json } from '../../shared/json.ts';
import { evaluateCondition } from './evaluate-condition.ts';
import { parseCondition } from './parse-condition.ts';

interface Given {
  readonly outcome?: string;
  readonly label?: string;
  readonly context?: Readonly<Record<string, Json>>;
  readonly blobs?: string[];
}

function holds(text: string, { outcome = 'success', label, context = {}, blobs }: Given = {}): boolean {
  const { condition, errors } = parseCondition(text);
  if (!condition) throw new Error(errors.map(({ message }) => message).join());
  return evaluateCondition(condition, {
    outcome,
    preferredLabel: label,
    context: (key) => context[key],
    onBlob: (key) => blobs?.push(key),
  });
}

describe('evaluating a condition (10.3 to 10.5, 11.9)', () => {
  it('holds when there are no clauses', () => {
    expect(holds('')).toBe(true);
  });

  verifies(
    ['condition:equals', 'condition:not-equals', 'condition:outcome', 'condition:case-sensitive'],
    'compares the outcome, exactly and with regard to case',
    () => {
      expect(holds('outcome=success')).toBe(true);
      expect(holds('outcome!=success')).toBe(false);
      expect(holds('outcome=Success')).toBe(false);
      expect(holds('outcome=partial_success', { outcome: 'partial_success' })).toBe(true);
    },
  );

  verifies('condition:and', 'needs every clause', () => {
    expect(holds('outcome=success && context.a=1', { context: { a: 1 } })).toBe(true);
    expect(holds('outcome=success && context.a=1', { context: { a: 2 } })).toBe(false);
  });

  verifies('condition:preferred-label', 'compares the preferred label; an absent one is empty', () => {
    expect(holds('preferred_label=Fix', { label: 'Fix' })).toBe(true);
    expect(holds('preferred_label=""')).toBe(true);
    expect(holds('preferred_label!=Fix')).toBe(true);
  });

  verifies(
    ['condition:context-prefix', 'defect:dotted-keys'],
    'looks up the whole key first, then the one without prefix',
    () => {
      expect(holds('context.a=full', { context: { 'context.a': 'full', a: 'short' } })).toBe(true);
      expect(holds('context.a=short', { context: { a: 'short' } })).toBe(true);
      expect(holds('context.human.gate.selected=Y', { context: { 'human.gate.selected': 'Y' } })).toBe(true);
    },
  );

  verifies('condition:examples', 'decides the examples of 10.6', () => {
    const decide = (text: string) => [
      holds(text, { label: 'Fix', context: { tests_passed: true, loop_state: 'exhausted' } }),
      holds(text, { outcome: 'fail', label: 'Ship' }),
    ];
    expect(decide('outcome=success')).toEqual([true, false]);
    expect(decide('outcome=fail')).toEqual([false, true]);
    expect(decide('outcome=success && context.tests_passed=true')).toEqual([true, false]);
    expect(decide('context.loop_state!=exhausted')).toEqual([false, true]);
    expect(decide('preferred_label=Fix')).toEqual([true, false]);
  });

  verifies('condition:missing-key', 'treats a missing key and null as the empty text', () => {
    expect(holds('context.a=""')).toBe(true);
    expect(holds('context.a!=x')).toBe(true);
    expect(holds('context.a=""', { context: { a: null } })).toBe(true);
  });

  verifies(
    ['condition:value-text', 'defect:dotted-keys'],
    'compares numbers and booleans by their text, lists and objects by their JSON',
    () => {
      expect(holds('context.a=true && context.b=-2', { context: { a: true, b: -2 } })).toBe(true);
      expect(holds('context.a="[1,2]"', { context: { a: [1, 2] } })).toBe(true);
    },
  );

  verifies('condition:bare-key', 'holds for a key alone whose value is neither empty, false nor 0', () => {
    const alone = (value: Json): boolean => holds('context.a', { context: { a: value } });
    expect(['yes', true, 2, 'no', []].filter(alone)).toEqual(['yes', true, 2, 'no', []]);
    expect(['', false, 'false', 0, '0', null].filter(alone)).toEqual([]);
    expect(holds('context.a')).toBe(false);
    expect(holds('preferred_label', { label: 'Fix' }) && !holds('preferred_label')).toBe(true);
  });

  it('never holds on a value in a blob, and reports its key', () => {
    const context = { big: { $blob: 'a'.repeat(64), bytes: 70_000 } };
    for (const text of ['context.big=x', 'context.big!=x', 'context.big']) {
      const blobs: string[] = [];
      expect(holds(text, { context, blobs })).toBe(false);
      expect(blobs).toEqual(['big']);
    }
  });

  it('stops at the first clause that does not hold', () => {
    const blobs: string[] = [];
    holds('outcome=fail && context.big=x', { context: { big: { $blob: 'a'.repeat(64), bytes: 1 } }, blobs });
    expect(blobs).toEqual([]);
  });
});

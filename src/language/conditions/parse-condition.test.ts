import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { verifies } from '../../../test/support/verifies.ts';
import { parseCondition } from './parse-condition.ts';

function clausesOf(text: string) {
  const { condition, errors } = parseCondition(text);
  expect(errors).toEqual([]);
  return condition?.clauses;
}

function errorsOf(text: string) {
  const { condition, errors } = parseCondition(text);
  expect(condition).toBeUndefined();
  return errors.map(({ offset, length, hint }) => ({ at: text.slice(offset, offset + length), hint }));
}

const context = (path: string) => ({ kind: 'context', path });

describe('the condition grammar (10.2)', () => {
  verifies('condition:empty', 'reads nothing as the condition that always holds (10.5, 11.9)', () => {
    expect(clausesOf('')).toEqual([]);
    expect(clausesOf(' \n ')).toEqual([]);
  });

  verifies(
    ['condition:grammar', 'condition:literal:number', 'condition:key:dotted'],
    'reads keys, both operators, dotted paths and any spacing',
    () => {
      expect(clausesOf('outcome!=fail&&  context.a.b_1 =\n-7')).toEqual([
        { kind: 'compare', key: { kind: 'outcome' }, operator: '!=', literal: 'fail' },
        { kind: 'compare', key: context('a.b_1'), operator: '=', literal: '-7' },
      ]);
    },
  );

  verifies(
    'condition:literal:quoted',
    'reads && and operators inside a string as its text, with the four escapes of 2.2',
    () => {
      expect(clausesOf('preferred_label="a && b != c=d" && context.x="q\\"\\n\\t\\\\"')).toEqual([
        { kind: 'compare', key: { kind: 'preferred_label' }, operator: '=', literal: 'a && b != c=d' },
        { kind: 'compare', key: context('x'), operator: '=', literal: 'q"\n\t\\' },
      ]);
    },
  );

  verifies('condition:literal:bare', 'reads bare literals with dots, colons and hyphens', () => {
    expect(clausesOf('context.mode=summary:low-1.x')?.[0]).toMatchObject({ literal: 'summary:low-1.x' });
  });

  verifies('condition:literal:boolean', 'reads booleans as their text', () => {
    expect(clausesOf('context.ok=true')?.[0]).toMatchObject({ literal: 'true' });
  });

  verifies('condition:empty-clause', 'passes over empty clauses (10.5)', () => {
    for (const text of ['outcome=fail &&', '&& outcome=fail', '&&outcome=fail&& &&'])
      expect(clausesOf(text)).toHaveLength(1);
    expect(clausesOf('&&')).toEqual([]);
  });

  verifies('condition:bare-key', 'reads a key alone as a question for its truth (10.5)', () => {
    expect(clausesOf('context.ready && preferred_label')).toEqual([
      { kind: 'truthy', key: context('ready') },
      { kind: 'truthy', key: { kind: 'preferred_label' } },
    ]);
  });
});

describe('what is wrong in a condition', () => {
  it.each([
    ['outcome', 'outcome', 'outcome=success'],
    ['success', 'success', 'outcome=success'],
    ['tests_passed=true', 'tests_passed', 'context.tests_passed'],
    ['tool.output=ok', 'tool.output', 'context.tool.output'],
    ['Outcome=success', 'Outcome', 'Did you mean `outcome`?'],
    ['outcom=success', 'outcom', 'Did you mean `outcome`? A context key is written `context.outcom`.'],
    ['verdict=good', 'verdict', 'keys are'],
    ['context=1', 'context', 'context.NAME'],
    ['outcome==success', '==', '`=`'],
    ['outcome=success || outcome=fail', '||', 'one edge for each'],
    ['outcome=success or outcome=fail', 'or', 'one edge for each'],
    ['outcome=success & context.a=b', '&', '&&'],
    ['outcome=a||b', '||', 'one edge for each'],
    ['context.n > 3', '>', 'Only'],
    ['context.n<=3', '<=', 'Only'],
    ['context.n contains x', 'contains', 'operators are'],
    ['!context.flag', '!context.flag', '!='],
    ['preferred_label=Ship it', 'it', 'double quotes'],
    ["preferred_label='Fix'", "'Fix'", '"Fix"'],
    ['context.x=0.5', '0.5', '"0.5"'],
    ['context.x=', '', '""'],
    ['context.x="open', '"open', 'Close it'],
    ['context.x="bad \\q"', '"bad \\q"', 'escapes'],
  ])('names the place in %j and what to write', (text, at, hint) => {
    expect(errorsOf(text)).toEqual([{ at, hint: expect.stringContaining(hint) }]);
  });

  verifies('condition:unknown-key', 'includes every key without `context.` but outcome and preferred_label', () => {
    expect(errorsOf('tests_passed=true && tool.output && outcome=success').map(({ at }) => at)).toEqual([
      'tests_passed',
      'tool.output',
    ]);
  });

  verifies('condition:no-extensions', 'includes what 10.7 leaves to the future', () => {
    for (const operator of ['>', '<', '>=', '<=', 'contains', 'matches', '||', 'OR'])
      expect(errorsOf(`context.a ${operator} b`)).toHaveLength(1);
    expect(errorsOf('NOT context.a=b')).toHaveLength(1);
  });

  verifies('condition:syntax-error', 'is reported for every clause, and goes on behind a broken string', () => {
    expect(errorsOf('a=1 && outcome=success && context.b>"&& x" && c=2').map(({ at }) => at)).toEqual(['a', '>', 'c']);
  });

  it('never throws, has its place inside the text, and excludes a condition', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc
        .array(fc.constantFrom('outcome', 'context.a', '=', '!=', '&&', ' ', '"', '\\', 'x', '-1', '||', '\n'))
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(texts, (text) => {
        const { condition, errors } = parseCondition(text);
        expect(condition === undefined).toBe(errors.length > 0);
        for (const error of errors) {
          expect(error.offset).toBeGreaterThanOrEqual(0);
          expect(error.offset + error.length).toBeLessThanOrEqual(text.length);
          expect(error.message).not.toBe('');
          expect(error.hint).not.toBe('');
        }
      }),
      { numRuns: 2_000, seed: 10 },
    );
  });

  it('keeps any text in quotes whole', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (value) => {
        const quoted = `"${value.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\t', '\\t')}"`;
        expect(clausesOf(`context.x=${quoted} && outcome=success`)?.[0]).toMatchObject({ literal: value });
      }),
      { numRuns: 500, seed: 10 },
    );
  });
});

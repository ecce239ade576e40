import { describe, expect, test } from 'vitest';
import { verifies } from '../../../test/support/verifies.ts';
import { OrchestraError } from '../../shared/errors.ts';
import { parseScript, scriptEntry } from './script.ts';

function problemOf(text: string): string {
  try {
    parseScript(text);
  } catch (thrown) {
    if (thrown instanceof OrchestraError && thrown.code === 'CONFIG_INVALID') return thrown.message;
    throw thrown;
  }
  return 'none';
}

const entry = (written: unknown): unknown => scriptEntry(parseScript(JSON.stringify({ a: [written] })), 'a', 0);

describe('an entry of a script', () => {
  verifies('machine:script:status-word', 'may be a status word', () => {
    for (const status of ['success', 'partial_success', 'retry', 'fail', 'skipped']) {
      expect(entry(status)).toEqual({ kind: 'answer', outcome: { status }, delayMs: 0 });
    }
  });

  verifies(['machine:script:throw', 'machine:script:throw-transient'], 'may throw, for good or for now', () => {
    expect(entry('throw:disk: full')).toEqual({ kind: 'throw', message: 'disk: full', transient: false });
    expect(entry('throw-transient:429')).toEqual({ kind: 'throw', message: '429', transient: true });
  });

  verifies('machine:script:object', 'may be an object', () => {
    const written = {
      status: 'fail',
      text: 'no',
      preferred_label: 'Fix',
      suggested_next_ids: ['b'],
      context_updates: { 'a.b': [1], __proto__: null },
      notes: 'because',
      delay_ms: 5,
    };
    expect(entry(written)).toEqual({
      kind: 'answer',
      text: 'no',
      outcome: {
        status: 'fail',
        preferredLabel: 'Fix',
        suggestedNextIds: ['b'],
        contextUpdates: { 'a.b': [1] },
        notes: 'because',
      },
      delayMs: 5,
    });
    expect(entry({})).toEqual({ kind: 'answer', outcome: { status: 'success' }, delayMs: 0 });
  });
});

verifies(
  ['machine:script:last-repeats', 'machine:script:absent-succeeds'],
  'the last entry repeats, and absent nodes succeed',
  () => {
    const script = parseScript('{"a":["fail","success"],"none":[]}');
    const statuses = [0, 1, 2, 9].map((execution) => scriptEntry(script, 'a', execution));
    expect(statuses).toMatchObject(
      ['fail', 'success', 'success', 'success'].map((status) => ({ outcome: { status } })),
    );
    expect(scriptEntry(script, 'b', 0)).toMatchObject({ kind: 'answer', outcome: { status: 'success' } });
    expect(scriptEntry(script, 'none', 0)).toMatchObject({ kind: 'answer', outcome: { status: 'success' } });
    expect(scriptEntry(script, 'constructor', 0)).toMatchObject({ outcome: { status: 'success' } });
  },
);

describe('a script of another shape', () => {
  verifies('machine:script:invalid', 'is refused with the path', () => {
    expect(problemOf('{')).toMatch(/^the script is not JSON: /);
    expect(problemOf('[]')).toMatch(/^the script is not valid: script: /);
    expect(problemOf('{"a":"success"}')).toMatch(/^the script is not valid: a: .*array/);
    expect(problemOf('{"a":["success","sucess"]}')).toMatch(
      /^the script is not valid: a\[1\]: a status word \(success, /,
    );
    expect(problemOf('{"a":[7]}')).toMatch(/a\[0\]: a status word/);
    expect(problemOf('{"a":[null]}')).toMatch(/a\[0\]: /);
    expect(problemOf('{"a":[{"status":"ok"}]}')).toMatch(/a\[0\]\.status: /);
    expect(problemOf('{"a":[{"suggested_next_ids":["b",1]}]}')).toMatch(/a\[0\]\.suggested_next_ids\[1\]: /);
    expect(problemOf('{"a":[{"delay_ms":-1}]}')).toMatch(/a\[0\]\.delay_ms: /);
    expect(problemOf('{"a":[{"txet":"x"}]}')).toMatch(/a\[0\]: .*txet/);
  });

  test('is refused when it sets a reserved context key', () => {
    expect(problemOf('{"a":[{"context_updates":{"graph.goal":"x"}}]}')).toBe(
      'the script is not valid: a[0].context_updates: context_updates: context key "graph.goal" is reserved for the engine',
    );
  });
});

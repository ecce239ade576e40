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

describe('turns', () => {
  verifies('machine:script:turns', 'say something, and write, append to and delete files', () => {
    const turns = [{ text: 'I begin', files: { 'a/b.txt': 'new', __proto__: null }, append: { log: 'more' } }, {}];
    expect(entry({ turns, text: 'done' })).toMatchObject({
      text: 'done',
      turns: [
        {
          text: 'I begin',
          delayMs: 0,
          changes: [
            { kind: 'write', path: 'a/b.txt', content: 'new' },
            { kind: 'append', path: 'log', content: 'more' },
          ],
        },
        { delayMs: 0, changes: [] },
      ],
    });
    expect(entry({ turns: [{ files: { old: null } }] })).toMatchObject({
      turns: [{ changes: [{ kind: 'delete', path: 'old' }] }],
    });
  });

  verifies('machine:script:invalid', 'of another shape are refused with the path', () => {
    const turn = (written: unknown): string => problemOf(JSON.stringify({ a: [{ turns: [{}, written] }] }));
    expect(turn({ files: { 'x.ts': 1 } })).toMatch(
      /a\[0\]\.turns\[1\]\.files\["x\.ts"\]: a text, or null to delete it/,
    );
    expect(turn({ append: { x: null } })).toMatch(/\.append\.x: a text is expected/);
    expect(turn({ files: { '../x': '' } })).toMatch(/\.files\["\.\.\/x"\]: the path leads out of the folder/);
    expect(turn({ files: { '/etc/x': '' } })).toMatch(/leads out/);
    expect(turn({ files: { 'a/': '' } })).toMatch(/a path of a file is expected/);
    expect(turn({ files: [] })).toMatch(/\.files: .*record/);
    expect(turn({ fiels: {} })).toMatch(/turns\[1\]: .*fiels/);
    expect(turn({ delay_ms: -1 })).toMatch(/\.delay_ms: /);
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

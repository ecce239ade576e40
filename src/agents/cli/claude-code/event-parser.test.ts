import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AgentEvent } from '../../../engine/ports/agent.ts';
import type { CliEnding } from '../cli-turn.ts';
import { claudeTranscript } from './event-parser.ts';

const fine: CliEnding = { exitCode: 0, signal: null, dismissed: false, errors: '' };

interface Replay {
  readonly resumed?: boolean;
  readonly ending?: Partial<CliEnding>;
}

function recorded(name: string): readonly string[] {
  return readFileSync(join(import.meta.dirname, 'fixtures', `${name}.jsonl`), 'utf8').split('\n');
}

function replay(lines: readonly string[], { resumed = false, ending }: Replay = {}): readonly AgentEvent[] {
  const transcript = claudeTranscript({ cwd: '/project', resumed });
  const events: AgentEvent[] = lines.flatMap((line) => transcript.read(line));
  return [...events, ...transcript.conclude({ ...fine, ...ending })];
}

const model = 'claude-opus-5-5';

describe('a recorded session', () => {
  test('that edits files becomes text, calls, results, changes, a denial told once, usage and a result', () => {
    expect(replay(recorded('edit'))).toEqual([
      {
        type: 'AgentSessionStarted',
        agent: 'claude-code',
        sessionId: '7c1d6c1e-5d39-4e0a-9c55-0a5c2f6d7b11',
        model,
        resumed: false,
      },
      { type: 'AgentThinking', text: 'A file is wanted.' },
      { type: 'AgentText', text: 'I look first.' },
      {
        type: 'AgentToolCall',
        id: expect.any(String),
        tool: 'Write',
        input: { file_path: '/project/made.txt', content: 'hello\n' },
      },
      {
        type: 'AgentToolCall',
        id: expect.any(String),
        tool: 'Bash',
        input: { command: 'node -e 1', description: 'try' },
      },
      {
        type: 'AgentToolResult',
        id: expect.any(String),
        isError: false,
        output: expect.stringContaining('File created'),
      },
      { type: 'AgentFileChange', path: 'made.txt', change: 'created' },
      { type: 'AgentPermissionDenied', tool: 'Bash', input: { command: 'node -e 1', description: 'try' } },
      { type: 'AgentToolResult', id: expect.any(String), isError: true, output: 'This command requires approval' },
      { type: 'AgentText', text: 'Now the edit.' },
      {
        type: 'AgentToolCall',
        id: expect.any(String),
        tool: 'Edit',
        input: expect.objectContaining({ new_string: 'goodbye' }),
      },
      { type: 'AgentToolResult', id: expect.any(String), isError: false, output: expect.stringContaining('updated') },
      { type: 'AgentFileChange', path: 'made.txt', change: 'modified' },
      { type: 'AgentText', text: 'made.txt says goodbye.' },
      { type: 'AgentUsage', inputTokens: 300, outputTokens: 60, costUsd: 0.0024000000000000002, model },
      {
        type: 'result',
        ok: true,
        text: 'made.txt says goodbye.',
        usage: { inputTokens: 300, outputTokens: 60, costUsd: 0.0024000000000000002, model },
      },
    ]);
  });

  test('that is continued counts this turn alone, although the agent reports the cost of the whole session', () => {
    const events = replay(recorded('resumed'), { resumed: true });
    expect(events[0]).toMatchObject({ type: 'AgentSessionStarted', resumed: true });
    expect(events.at(-1)).toMatchObject({ ok: true, usage: { inputTokens: 100, outputTokens: 20, costUsd: 0.0008 } });
  });

  test('with a refused key is a permanent failure whose text is told once, although the subtype says success', () => {
    expect(replay(recorded('unauthorized'), { ending: { exitCode: 1 } }).slice(1)).toEqual([
      { type: 'result', ok: false, error: 'Invalid API key · Fix external API key', transient: false },
    ]);
  });

  test('with a retried request tells of the retry', () => {
    const retry = { type: 'AgentRetrying', attempt: 1, reason: '429 rate_limit', delayMs: expect.any(Number) };
    expect(replay(recorded('retried'))).toContainEqual(retry);
  });

  test('that is unknown to the agent is lost', () => {
    const events = replay(recorded('unknown-session'), { resumed: true, ending: { exitCode: 1 } });
    expect(events).toEqual([
      { type: 'result', ok: false, error: expect.any(String), transient: false, sessionLost: true },
    ]);
  });

  test('with a call our pre-hook skipped tells of the hook, not of a denial', () => {
    const events = replay(recorded('hook-skipped'));
    expect(events).toContainEqual({ type: 'ToolHookFailed', hook: 'pre', exitCode: 1, output: 'not on Fridays' });
    expect(events.map((event) => event.type)).not.toContain('AgentPermissionDenied');
  });
});

describe('an incomplete or strange output', () => {
  test('without a result is a failure that keeps what was spent, whatever the exit code', () => {
    const lines = recorded('edit').filter((line) => !line.includes('"type":"result"'));
    expect(replay(lines).at(-1)).toEqual({
      type: 'result',
      ok: false,
      error: 'Claude Code ended without a result (exit code 0)',
      transient: false,
      usage: { inputTokens: 300, outputTokens: 60, model },
    });
  });

  test('with a good result and a bad exit is a failure, unless we ended an agent that stayed', () => {
    const lines = recorded('edit');
    expect(replay(lines, { ending: { exitCode: 3, errors: 'boom' } }).at(-1)).toMatchObject({
      ok: false,
      error: expect.stringContaining('boom'),
    });
    expect(replay(lines, { ending: { exitCode: null, signal: 'SIGTERM', dismissed: true } }).at(-1)).toMatchObject({
      ok: true,
    });
  });

  test.each([
    ['garbage'],
    ['{"type":"assist'],
    ['[1]'],
    ['{"type":"new_kind"}'],
    ['{"type":"assistant","message":{"id":1}}'],
  ])('in the line %s is a warning', (line) => {
    expect(replay([line, ...recorded('edit')])[0]).toMatchObject({ type: 'AgentWarning' });
  });

  test('never throws, whatever the lines', () => {
    const field = fc.constantFrom('assistant', 'user', 'result', 'system', 'init', 'tool_use', 'text', 'success');
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { depthSize: 'small' },
        field,
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        tie('list'),
        tie('object'),
      ),
      list: fc.array(tie('any'), { maxLength: 3 }),
      object: fc.dictionary(
        fc.constantFrom('type', 'subtype', 'message', 'content', 'id', 'usage', 'is_error'),
        tie('any'),
      ),
    })).object;
    fc.assert(
      fc.property(fc.array(value), (values) => {
        const events = replay(values.map((line) => JSON.stringify(line)));
        expect(events.filter((event) => event.type === 'result')).toHaveLength(1);
      }),
      { seed: 7, numRuns: 500 },
    );
  });

  test('of a subagent is not taken for the answer', () => {
    const line = {
      type: 'assistant',
      parent_tool_use_id: 't1',
      message: { id: 'm1', content: [{ type: 'text', text: 'aside' }] },
    };
    expect(replay([JSON.stringify(line)]).map((event) => event.type)).toEqual(['result']);
  });
});

test('a version that reports no usage of the turn alone counts the cost of a fresh session, and none of a resumed one', () => {
  const lines = recorded('edit').map((line) => line.replace('"model_usage_since_last_result"', '"unknown"'));
  expect(replay(lines).at(-1)).toMatchObject({ usage: { inputTokens: 300, costUsd: 0.0024000000000000002 } });
  const resumed = replay(lines, { resumed: true }).at(-1);
  expect(resumed).toMatchObject({ usage: { inputTokens: 300 } });
  expect(resumed).not.toHaveProperty('usage.costUsd');
});

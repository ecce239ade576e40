import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { AgentEvent } from '../../../engine/ports/agent.ts';
import type { TranscriptContext } from '../cli-agent.ts';
import type { CliEnding } from '../cli-turn.ts';
import { CodexTranscript } from './event-parser.ts';

const fine: CliEnding = { exitCode: 0, signal: null, dismissed: false, errors: '' };

function replay(lines: readonly string[], context: Partial<TranscriptContext> = {}, ending: Partial<CliEnding> = {}) {
  const transcript = new CodexTranscript({ cwd: '/project', resumed: false, ...context });
  const events: AgentEvent[] = lines.flatMap((line) => transcript.read(line));
  return [...events, ...transcript.conclude({ ...fine, ...ending })];
}

function recorded(name: string): readonly string[] {
  return readFileSync(join(import.meta.dirname, 'fixtures', `${name}.jsonl`), 'utf8').split('\n');
}

const item = (type: 'item.started' | 'item.completed', value: object): string =>
  JSON.stringify({ type, item: { id: 'i', ...value } });

test('a recorded edit becomes text, call, result, usage and the last answer', () => {
  const usage = { inputTokens: 200, outputTokens: 40 };
  const command = `/bin/bash -lc "printf 'hello\\\\n' > made.txt"`;
  expect(replay(recorded('edit'))).toEqual([
    {
      type: 'AgentSessionStarted',
      agent: 'codex',
      sessionId: '01a22204-0000-7000-8000-000000000001',
      resumed: false,
    },
    { type: 'AgentText', text: 'I write it.' },
    { type: 'AgentToolCall', id: 'item_1', tool: 'shell', input: { command } },
    { type: 'AgentToolResult', id: 'item_1', isError: false, output: '' },
    { type: 'AgentText', text: 'made.txt is there.' },
    { type: 'AgentUsage', ...usage },
    { type: 'result', ok: true, text: 'made.txt is there.', usage },
  ]);
});

test('a command that fails is an error of the call, not of the turn', () => {
  const events = replay(recorded('failing-tool'));
  expect(events).toContainEqual({ type: 'AgentToolResult', id: 'item_1', isError: true, output: '' });
  expect(events.at(-1)).toMatchObject({ ok: true, text: 'It failed.' });
});

test('without what went before, a resumed turn tells no usage rather than that of the whole thread', () => {
  expect(replay(recorded('resumed'), { resumed: true }).at(-1)).toEqual({
    type: 'result',
    ok: true,
    text: 'Nothing more to do.',
  });
});

test('a request that is repeated is told with its reason; faults of the server have no status and are transient all the same', () => {
  expect(replay(recorded('once'))).toContainEqual({
    type: 'AgentRetrying',
    attempt: 1,
    reason: expect.stringContaining('429 Too Many Requests') as string,
  });
  expect(replay(recorded('broken'), {}, { exitCode: 1 }).at(-1)).toMatchObject({ ok: false, transient: true });
});

test('a thread that is unknown to Codex is lost', () => {
  const errors = 'Error: thread/resume: thread/resume failed: no rollout found for thread id t (code -32600)';
  expect(replay([], { resumed: true }, { exitCode: 1, errors })).toEqual([
    { type: 'result', ok: false, error: errors, transient: false, sessionLost: true },
  ]);
});

test('changed files are told relative to the folder, with what became of them', () => {
  const changes = [
    { path: '/project/a', kind: 'add' },
    { path: '/project/b/c', kind: 'update' },
    { path: '/elsewhere', kind: 'delete' },
  ];
  const line = item('item.completed', { type: 'file_change', changes, status: 'completed' });
  expect(replay([line]).slice(0, 3)).toEqual([
    { type: 'AgentFileChange', path: 'a', change: 'created' },
    { type: 'AgentFileChange', path: 'b/c', change: 'modified' },
    { type: 'AgentFileChange', path: '/elsewhere', change: 'deleted' },
  ]);
  expect(replay([line.replace('"status":"completed"', '"status":"failed"')])).toHaveLength(1);
});

test('calls of MCP tools and searches are told, also where their start was not', () => {
  const call = { type: 'mcp_tool_call', server: 'docs', tool: 'find', arguments: { q: 1 }, status: 'completed' };
  expect(
    replay([item('item.completed', { ...call, result: { content: [] } })])
      .slice(0, 2)
      .map(({ type }) => type),
  ).toEqual(['AgentToolCall', 'AgentToolResult']);
  expect(replay([item('item.completed', { type: 'web_search', query: 'q' })])[0]).toMatchObject({ tool: 'web_search' });
});

test('an error of an item is a warning: the turn goes on', () => {
  const line = item('item.completed', { type: 'error', message: 'Model metadata not found' });
  expect(replay([line, ...recorded('edit')])[0]).toEqual({
    type: 'AgentWarning',
    message: 'Codex: Model metadata not found',
  });
});

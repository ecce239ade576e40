import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { transcriptPath } from '../../../../test/support/agent-transcripts.ts';
import type { AgentEvent } from '../../../engine/ports/agent.ts';
import type { CliEnding } from '../cli-turn.ts';
import { copilot } from './agent.ts';
import { CopilotTranscript } from './event-parser.ts';

const fine: CliEnding = { exitCode: 0, signal: null, dismissed: false, errors: '' };
const sessionId = '01a22204-0000-4000-8000-000000000001';

function replay(lines: readonly string[], ending: Partial<CliEnding> = {}): readonly AgentEvent[] {
  const transcript = new CopilotTranscript({ cwd: '/project', resumed: false, sessionId });
  const events: AgentEvent[] = lines.flatMap((line) => transcript.read(line));
  return [...events, ...transcript.conclude({ ...fine, ...ending })];
}

function recorded(name: string): readonly string[] {
  return readFileSync(transcriptPath(copilot, name), 'utf8').split('\n');
}

test('a recorded edit becomes text, call, result, change and the last answer', () => {
  const input = { path: '/project/made.txt', file_text: 'hello\n' };
  const output = 'Created file /project/made.txt with 6 characters';
  expect(replay(recorded('edit'))).toEqual([
    { type: 'AgentSessionStarted', agent: 'copilot', sessionId, model: 'test-model', resumed: false },
    { type: 'AgentText', text: 'I write it.' },
    { type: 'AgentToolCall', id: 'call_1', tool: 'create', input },
    { type: 'AgentToolResult', id: 'call_1', isError: false, output },
    { type: 'AgentFileChange', path: 'made.txt', change: 'created' },
    { type: 'AgentText', text: 'made.txt is there.' },
    { type: 'result', ok: true, text: 'made.txt is there.' },
  ]);
});

test('a command that fails is an error of the call, not of the turn', () => {
  const events = replay(recorded('failing-tool'));
  expect(events).toContainEqual(expect.objectContaining({ type: 'AgentToolResult', isError: true }));
  expect(events.at(-1)).toMatchObject({ ok: true, text: 'It failed.' });
});

test('a call without permission is told as denied, and fails', () => {
  const input = { command: 'touch made.txt', description: 'for the test' };
  const events = replay(recorded('denied'));
  expect(events).toContainEqual({ type: 'AgentPermissionDenied', tool: 'bash', input });
  expect(events).toContainEqual(expect.objectContaining({ type: 'AgentToolResult', isError: true }));
});

test('a request that is repeated is told with its reason', () => {
  expect(replay(recorded('once'))).toContainEqual({ type: 'AgentRetrying', attempt: 1, reason: '429 once' });
});

test('a refused key is told in the words of the provider, too', () => {
  expect(replay(recorded('unauthorized'), { exitCode: 1 }).at(-1)).toMatchObject({
    ok: false,
    transient: false,
    error: expect.stringMatching(/HTTP 401.*refused by test/s),
  });
});

test('a provider that cannot be reached is worth another attempt', () => {
  expect(replay(recorded('unreachable'), { exitCode: 1 }).at(-1)).toMatchObject({ ok: false, transient: true });
});

test('a turn that was given up is no success, although the last line tells exit code 0', () => {
  const last = JSON.stringify({ type: 'result', sessionId, exitCode: 0 });
  expect(replay([...recorded('aborted'), last]).at(-1)).toMatchObject({
    ok: false,
    error: expect.stringMatching(/gave/),
  });
  expect(replay(recorded('aborted'), { exitCode: 143 }).at(-1)).toMatchObject({ ok: false });
});

test('a last line that tells of failure is one, whatever the exit code', () => {
  const lines = recorded('edit').map((line) => line.replace('"exitCode":0', '"exitCode":1'));
  expect(replay(lines).at(-1)).toMatchObject({ ok: false });
});

test('an error that is followed by an answer was none', () => {
  const error = JSON.stringify({ type: 'session.error', data: { message: 'compaction failed' } });
  expect(replay([error, ...recorded('edit')]).at(-1)).toMatchObject({ ok: true });
});

test('what a subagent says is not taken for the answer', () => {
  const line = JSON.stringify({ type: 'assistant.message', agentId: 'a1', data: { content: 'aside' } });
  expect(replay([...recorded('edit'), line]).at(-1)).toMatchObject({ ok: true, text: 'made.txt is there.' });
});

test('a session that is unknown to it is lost', () => {
  const errors = "Error: No session, task, or name matched 'x'.";
  expect(replay([], { exitCode: 1, errors })).toEqual([
    { type: 'result', ok: false, error: errors, transient: false, sessionLost: true },
  ]);
});

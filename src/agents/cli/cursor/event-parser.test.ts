import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { transcriptPath } from '../../../../test/support/agent-transcripts.ts';
import { stepCall, stepServices } from '../../../../test/support/step-fixture.ts';
import type { AgentEvent, OpenSession } from '../../../engine/ports/agent.ts';
import type { TranscriptContext } from '../cli-agent.ts';
import type { CliEnding } from '../cli-turn.ts';
import { cursor } from './agent.ts';
import { cursorCommandLine } from './command-line.ts';
import { CursorTranscript } from './event-parser.ts';

const fine: CliEnding = { exitCode: 0, signal: null, dismissed: false, errors: '' };
const sessionId = '5b7f1c52-6d0e-4c53-9a57-3f0a8f3d2e11';

function replay(lines: readonly string[], ending: Partial<CliEnding> = {}, context: Partial<TranscriptContext> = {}) {
  const transcript = new CursorTranscript({ cwd: '/project', resumed: false, ...context });
  const events: AgentEvent[] = lines.flatMap((line) => transcript.read(line));
  return [...events, ...transcript.conclude({ ...fine, ...ending })];
}

function written(name: string): readonly string[] {
  return readFileSync(transcriptPath(cursor, name), 'utf8').split('\n');
}

/** A call of a tool from its start to its end. */
function call(tool: string, args: object, result: object): readonly string[] {
  const line = (subtype: string, body: object): string =>
    JSON.stringify({ type: 'tool_call', subtype, call_id: 'c1', tool_call: { [tool]: body } });
  return [line('started', { args }), line('completed', { args, result })];
}

test('an edit becomes thought, text, call, result, change, usage, and the last text alone as the answer', () => {
  const usage = { inputTokens: 200, outputTokens: 40, cacheReadTokens: 80, model: 'Auto' };
  const input = { path: '/project/made.txt', fileText: 'hello\n', toolCallId: 'toolu_1' };
  expect(replay(written('edit'))).toEqual([
    { type: 'AgentSessionStarted', agent: 'cursor', sessionId, model: 'Auto', resumed: false },
    { type: 'AgentThinking', text: 'A file is wanted.' },
    { type: 'AgentText', text: 'I write it.' },
    { type: 'AgentToolCall', id: 'toolu_1', tool: 'write', input },
    { type: 'AgentToolResult', id: 'toolu_1', isError: false, output: expect.stringContaining('linesCreated') },
    { type: 'AgentFileChange', path: 'made.txt', change: 'modified' },
    { type: 'AgentText', text: 'made.txt is there.' },
    { type: 'AgentUsage', ...usage },
    { type: 'result', ok: true, text: 'made.txt is there.', usage },
  ]);
});

test('a shell command is told with its output, and is an error where it failed', () => {
  const run = (exitCode: number): readonly AgentEvent[] =>
    replay(call('shellToolCall', { command: 'make' }, { success: { exitCode, stdout: 'out', stderr: 'err' } }));
  expect(run(0)[1]).toEqual({ type: 'AgentToolResult', id: 'c1', isError: false, output: 'outerr' });
  expect(run(2)[1]).toMatchObject({ isError: true });
});

test('a call that was rejected is a denial', () => {
  const events = replay(call('shellToolCall', { command: 'make' }, { rejected: { reason: 'not allowed' } }));
  expect(events[1]).toEqual({ type: 'AgentPermissionDenied', tool: 'shell', input: { command: 'make' } });
  expect(events[2]).toMatchObject({ type: 'AgentToolResult', isError: true });
});

test('a change that failed is none, and a file that is deleted is told as that', () => {
  const file = { path: '/project/a/b' };
  expect(replay(call('editToolCall', file, { error: { message: 'no such file' } })).map(({ type }) => type)).toEqual([
    'AgentToolCall',
    'AgentToolResult',
    'result',
  ]);
  expect(replay(call('deleteToolCall', file, { success: {} }))).toContainEqual({
    type: 'AgentFileChange',
    path: 'a/b',
    change: 'deleted',
  });
});

test('a tool without a member of its own has its name', () => {
  const [event] = replay(call('function', {}, {}).map((line) => line.replace('"args":', '"name":"find","arguments":')));
  expect(event).toEqual({ type: 'AgentToolCall', id: 'c1', tool: 'find', input: {} });
});

test.each([
  ["Error: Authentication required. Please run 'agent login' first", false],
  ['⚠ Workspace Trust Required', false],
  ['ConnectError: [unauthenticated] Error', false],
  ['ConnectError: [resource_exhausted] Error', true],
  ['ConnectError: [unavailable] read ECONNRESET', true],
])('"%s" on either output is the reason of the failure, transient: %s', (text, transient) => {
  const expected = { ok: false, transient, error: expect.stringContaining(text) };
  expect(replay([], { exitCode: 1, errors: `{"type":"user"}\n${text}` }).at(-1)).toMatchObject(expected);
  expect(replay([text], { exitCode: 1 }).at(-1)).toMatchObject(expected);
});

test('a result that speaks of an error is a failure, whatever the exit code', () => {
  const lines = written('edit').map((line) => line.replace('"is_error":false', '"is_error":true'));
  expect(replay(lines).at(-1)).toMatchObject({ ok: false });
});

test('a session other than the one to go on with means that one is lost, and the turn is over at once', () => {
  const context = { resumed: true, sessionId: 'another' };
  expect(replay(written('resumed'), {}, context).at(-1)).toMatchObject({ ok: false, sessionLost: true });
  const transcript = new CursorTranscript({ cwd: '/project', ...context });
  transcript.read(written('resumed')[0] ?? '');
  expect(transcript.concluded).toBe(true);
  expect(replay(written('resumed'), {}, { resumed: true, sessionId }).at(-1)).toMatchObject({ ok: true });
});

test('the command line continues a session, names the model and grants what is permitted', () => {
  const request: OpenSession = { sessionId: 's', cwd: '/project', env: {}, call: stepCall(), services: stepServices() };
  const common = ['--print', '--output-format', 'stream-json', '--trust'];
  const turn = { prompt: 'do it', request, session: { kind: 'fresh' }, options: { baseEnv: {} } } as const;
  expect(cursorCommandLine(turn)).toEqual({ stdin: 'do it', args: common });
  expect(
    cursorCommandLine({
      ...turn,
      session: { kind: 'known', id: 'c1' },
      request: { ...request, model: 'gpt-5' },
      options: { baseEnv: {}, permissions: 'full' },
    }).args,
  ).toEqual([...common, '--resume', 'c1', '--model', 'gpt-5', '--force']);
  const readOnly = cursorCommandLine({ ...turn, options: { baseEnv: {}, permissions: 'read-only' } });
  expect(readOnly.args.slice(-2)).toEqual(['--mode', 'ask']);
});

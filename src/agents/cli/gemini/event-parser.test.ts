import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stepCall, stepServices } from '../../../../test/support/step-fixture.ts';
import type { AgentEvent, OpenSession } from '../../../engine/ports/agent.ts';
import type { CliEnding } from '../cli-turn.ts';
import { geminiCommandLine } from './command-line.ts';
import { GeminiTranscript } from './event-parser.ts';

const fine: CliEnding = { exitCode: 0, signal: null, dismissed: false, errors: '' };

function replay(lines: readonly string[], ending: Partial<CliEnding> = {}): readonly AgentEvent[] {
  const transcript = new GeminiTranscript({ cwd: '/project', resumed: false });
  const events: AgentEvent[] = lines.flatMap((line) => transcript.read(line));
  return [...events, ...transcript.conclude({ ...fine, ...ending })];
}

function recorded(name: string): readonly string[] {
  return readFileSync(join(import.meta.dirname, 'fixtures', `${name}.jsonl`), 'utf8').split('\n');
}

test('a recorded edit becomes text joined from its pieces, call, result, change, usage and the last answer', () => {
  const usage = { inputTokens: 200, outputTokens: 40, model: 'gemini-2.5-pro' };
  const id = 'write_file__1';
  expect(replay(recorded('edit'))).toEqual([
    {
      type: 'AgentSessionStarted',
      agent: 'gemini',
      sessionId: '11111111-2222-4333-8444-555555555555',
      model: 'gemini-2.5-pro',
      resumed: false,
    },
    { type: 'AgentText', text: 'I write it.' },
    { type: 'AgentToolCall', id, tool: 'write_file', input: { file_path: '/project/made.txt', content: 'hello\n' } },
    { type: 'AgentToolResult', id, isError: false, output: '' },
    { type: 'AgentFileChange', path: 'made.txt', change: 'modified' },
    { type: 'AgentText', text: 'made.txt is there.' },
    { type: 'AgentUsage', ...usage },
    { type: 'result', ok: true, text: 'made.txt is there.', usage },
  ]);
});

test('a call that is not permitted is told as denied and does not fail the turn', () => {
  const events = replay(recorded('denied'));
  expect(events).toContainEqual({
    type: 'AgentPermissionDenied',
    tool: 'run_shell_command',
    input: expect.objectContaining({ command: 'touch made.txt' }),
  });
  expect(events).toContainEqual(expect.objectContaining({ type: 'AgentToolResult', isError: true }));
  expect(events.at(-1)).toMatchObject({ ok: true, text: 'It was denied.' });
});

test('an end by SIGTERM is a failure, although the exit code is 0, and what was said before is told', () => {
  const cut = recorded('edit').slice(0, 3);
  expect(replay(cut).slice(1)).toEqual([
    { type: 'AgentText', text: expect.stringContaining('I write') },
    { type: 'result', ok: false, error: 'Gemini CLI ended without a result (exit code 0)', transient: false },
  ]);
});

test.each([
  [{ status: 'error', error: { message: '[API Error: once more]' } }, 173, true],
  [{ status: 'error', error: { message: '[API Error: once more]' } }, 145, false],
  [{ status: 'error', error: { message: '[API Error: {"error":{"code":503}}]' } }, 1, true],
  [{ status: 'error', error: { message: '[API Error: fetch failed]' } }, 1, true],
  [{ status: 'error', error: { message: 'Loop' } }, 1, false],
])('%j with exit code %i is a failure, transient: %s', (result, exitCode, transient) => {
  const lines = [JSON.stringify({ type: 'result', ...result })];
  expect(replay(lines, { exitCode }).at(-1)).toMatchObject({ ok: false, error: result.error.message, transient });
});

test('an error before a result that says success is a failure; a warning is none', () => {
  const told = (severity: string): string => JSON.stringify({ type: 'error', severity, message: 'too many turns' });
  const success = JSON.stringify({ type: 'result', status: 'success' });
  expect(replay([told('error'), success]).at(-1)).toMatchObject({ ok: false, error: 'too many turns' });
  expect(replay([told('warning'), success])).toEqual([
    { type: 'AgentWarning', message: 'Gemini CLI: too many turns' },
    { type: 'result', ok: true, text: '' },
  ]);
});

test('what the model thought counts as output', () => {
  const stats = { input_tokens: 100, output_tokens: 20, total_tokens: 150 };
  const line = JSON.stringify({ type: 'result', status: 'success', stats });
  expect(replay([line]).at(-1)).toMatchObject({ usage: { inputTokens: 100, outputTokens: 50 } });
});

test.each(['Invalid session identifier "x".', 'No previous sessions found for this project.'])(
  'a session that is unknown to it is lost: %s',
  (errors) => {
    expect(replay([], { exitCode: 42, errors })).toEqual([
      { type: 'result', ok: false, error: errors, transient: false, sessionLost: true },
    ]);
  },
);

test('it takes the id of a fresh session, a mode of approval, and rules one by one', () => {
  const request: OpenSession = { sessionId: 's', cwd: '/project', env: {}, call: stepCall(), services: stepServices() };
  const turn = { prompt: 'p', request, session: { kind: 'fresh', id: 'uuid' } } as const;
  const args = geminiCommandLine({ ...turn, options: { baseEnv: {}, allowedTools: ['a(x, y)', 'b'] } }).args.join(' ');
  expect(args).toContain('--session-id uuid --approval-mode auto_edit --allowed-tools a(x, y) --allowed-tools b');
  const known = { ...turn, session: { kind: 'known', id: 'uuid' }, request: { ...request, model: 'm' } } as const;
  const full = geminiCommandLine({ ...known, options: { baseEnv: {}, permissions: 'full' } });
  expect(full.args.join(' ')).toContain('--resume uuid --model m --approval-mode yolo');
});

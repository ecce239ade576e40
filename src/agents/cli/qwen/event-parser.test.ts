import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stepCall, stepServices } from '../../../../test/support/step-fixture.ts';
import type { AgentEvent, OpenSession } from '../../../engine/ports/agent.ts';
import type { CliEnding } from '../cli-turn.ts';
import { qwenCommandLine } from './command-line.ts';
import { qwenTranscript } from './event-parser.ts';

const fine: CliEnding = { exitCode: 0, signal: null, dismissed: false, errors: '' };

interface Replay {
  readonly resumed?: boolean;
  readonly ending?: Partial<CliEnding>;
}

function replay(lines: readonly string[], { resumed = false, ending }: Replay = {}): readonly AgentEvent[] {
  const transcript = qwenTranscript({ cwd: '/project', resumed });
  const events: AgentEvent[] = lines.flatMap((line) => transcript.read(line));
  return [...events, ...transcript.conclude({ ...fine, ...ending })];
}

function recorded(name: string): readonly string[] {
  return readFileSync(join(import.meta.dirname, 'fixtures', `${name}.jsonl`), 'utf8').split('\n');
}

test('a recorded edit becomes text, call, result, the new file, usage and the last answer', () => {
  const usage = { inputTokens: 200, outputTokens: 40, model: 'test-model' };
  const output = 'Successfully created and wrote to new file: /project/made.txt.';
  expect(replay(recorded('edit'))).toEqual([
    {
      type: 'AgentSessionStarted',
      agent: 'qwen',
      sessionId: '11111111-2222-4333-8444-555555555555',
      model: 'test-model',
      resumed: false,
    },
    { type: 'AgentText', text: 'I write it.' },
    {
      type: 'AgentToolCall',
      id: 'call_1',
      tool: 'write_file',
      input: { file_path: '/project/made.txt', content: 'hello\n' },
    },
    { type: 'AgentToolResult', id: 'call_1', isError: false, output },
    { type: 'AgentFileChange', path: 'made.txt', change: 'created' },
    { type: 'AgentText', text: 'made.txt is there.' },
    { type: 'AgentUsage', ...usage },
    { type: 'result', ok: true, text: 'made.txt is there.', usage },
  ]);
});

test('a turn of a resumed session counts its own messages, since the result counts the whole session', () => {
  expect(replay(recorded('resumed')).at(-1)).toMatchObject({ usage: { inputTokens: 300 } });
  expect(replay(recorded('resumed'), { resumed: true }).at(-1)).toMatchObject({ usage: { inputTokens: 100 } });
});

test('a turn without a result counts the messages it had', () => {
  const cut = recorded('edit').filter((line) => !line.includes('"type":"result"'));
  expect(replay(cut).at(-1)).toMatchObject({ ok: false, usage: { inputTokens: 200, outputTokens: 40 } });
});

test('a denial is told once, and the turn goes on', () => {
  const events = replay(recorded('denied'));
  expect(events.filter((event) => event.type === 'AgentPermissionDenied')).toEqual([
    {
      type: 'AgentPermissionDenied',
      tool: 'run_shell_command',
      input: expect.objectContaining({ command: 'touch made.txt' }),
    },
  ]);
  expect(events.at(-1)).toMatchObject({ ok: true, text: 'It was denied.' });
});

test('what it thinks is told, and no part of the answer', () => {
  const events = replay(recorded('thinking'));
  expect(events).toContainEqual({ type: 'AgentThinking', text: 'Let me think.' });
  expect(events.at(-1)).toMatchObject({ ok: true, text: 'Thought over.' });
});

test('a long pause before the next round of attempts is told', () => {
  const retrying = { type: 'AgentRetrying', attempt: 1, reason: 'request failed', delayMs: 60_000 };
  expect(replay(recorded('retrying'))).toContainEqual(retrying);
});

test.each([
  ['[API Error: 400 refused]', false],
  ['[API Error: 429 refused]\nPlease wait and try again later.', true],
  ['[API Error: 503 overloaded]', true],
  ['[API Error: Connection error.]', true],
  ['Reached max session turns', false],
])('%s is a failure, transient: %s', (message, transient) => {
  const line = { type: 'result', subtype: 'error_during_execution', is_error: true, error: { message } };
  expect(replay([JSON.stringify(line)], { ending: { exitCode: 1 } }).at(-1)).toMatchObject({
    ok: false,
    error: message,
    transient,
  });
});

test('a session that is unknown to it is lost', () => {
  const errors =
    'No saved session found with ID x. Run `qwen --resume` without an ID to choose from existing sessions.';
  expect(replay([], { ending: { exitCode: 1, errors } })).toEqual([
    { type: 'result', ok: false, error: errors, transient: false, sessionLost: true },
  ]);
});

test('it takes the id of a fresh session, a mode of approval, and rules one by one', () => {
  const request: OpenSession = { sessionId: 's', cwd: '/project', env: {}, call: stepCall(), services: stepServices() };
  const turn = { prompt: 'p', request, session: { kind: 'fresh', id: 'uuid' } } as const;
  const args = qwenCommandLine({ ...turn, options: { baseEnv: {}, allowedTools: ['a(x y)', 'b'] } }).args.join(' ');
  expect(args).toContain('--session-id uuid --approval-mode auto-edit --allowed-tools a(x y) --allowed-tools b');
  const known = { ...turn, session: { kind: 'known', id: 'uuid' }, request: { ...request, model: 'm' } } as const;
  const full = qwenCommandLine({ ...known, options: { baseEnv: {}, permissions: 'full' } });
  expect(full.args.join(' ')).toContain('--resume uuid --model m --approval-mode yolo');
});

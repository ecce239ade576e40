import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stepCall, stepServices } from '../../../../test/support/step-fixture.ts';
import type { AgentEvent, OpenSession } from '../../../engine/ports/agent.ts';
import type { CliEnding } from '../cli-turn.ts';
import { lettaCommandLine } from './command-line.ts';
import { LettaTranscript } from './event-parser.ts';

const fine: CliEnding = { exitCode: 0, signal: null, dismissed: false, errors: '' };

function replay(lines: readonly string[], ending: Partial<CliEnding> = {}): readonly AgentEvent[] {
  const transcript = new LettaTranscript({ cwd: '/project', resumed: false });
  const events: AgentEvent[] = lines.flatMap((line) => transcript.read(line));
  return [...events, ...transcript.conclude({ ...fine, ...ending })];
}

function recorded(name: string): readonly string[] {
  return readFileSync(join(import.meta.dirname, 'fixtures', `${name}.jsonl`), 'utf8').split('\n');
}

test('a recorded edit becomes text, call, usage of the turn and the last answer; what came of the call is not told', () => {
  const usage = { inputTokens: 200, outputTokens: 40, model: 'lmstudio/gpt-4o' };
  expect(replay(recorded('edit'))).toEqual([
    {
      type: 'AgentSessionStarted',
      agent: 'letta',
      sessionId: 'agent-local-00000000-0000-4000-8000-000000000002',
      model: 'lmstudio/gpt-4o',
      resumed: false,
    },
    { type: 'AgentText', text: 'I write it.' },
    {
      type: 'AgentToolCall',
      id: 'call_1',
      tool: 'Write',
      input: { file_path: '/project/made.txt', content: 'hello\n' },
    },
    { type: 'AgentText', text: 'made.txt is there.' },
    { type: 'AgentUsage', ...usage },
    { type: 'result', ok: true, text: 'made.txt is there.', usage },
  ]);
});

test('a call that nobody approves is told as denied, and the turn goes on', () => {
  const events = replay(recorded('denied'));
  expect(events).toContainEqual(expect.objectContaining({ type: 'AgentPermissionDenied', tool: 'Bash' }));
  expect(events.at(-1)).toMatchObject({ ok: true, text: 'Tried.' });
});

test('pieces of one message are one text', () => {
  const piece = (id: string, text: string): string =>
    JSON.stringify({ type: 'message', message_type: 'assistant_message', id, content: [{ type: 'text', text }] });
  expect(replay([piece('m1', 'one '), piece('m1', 'text'), piece('m2', 'another')]).slice(0, -1)).toEqual([
    { type: 'AgentText', text: 'one text' },
    { type: 'AgentText', text: 'another' },
  ]);
});

test('an error is told in its short form, and forgotten when a retry follows it', () => {
  expect(replay(recorded('unauthorized'), { exitCode: 1 }).at(-1)).toEqual({
    type: 'result',
    ok: false,
    error: '401 refused by test',
    transient: false,
  });
  const retry = JSON.stringify({ type: 'retry', reason: 'llm_api_error', attempt: 1, delay_ms: 1000 });
  const error = recorded('limited').find((line) => line.includes('"type":"error"')) ?? '';
  const events = replay([error, retry, ...recorded('edit')]);
  expect(events[0]).toEqual({ type: 'AgentRetrying', attempt: 1, reason: '429 refused by test', delayMs: 1000 });
  expect(events.at(-1)).toMatchObject({ ok: true });
});

test('an agent that is unknown to Letta is a lost session', () => {
  const errors = 'Agent agent-local-x not found';
  expect(replay([], { exitCode: 1, errors })).toEqual([
    { type: 'result', ok: false, error: errors, transient: false, sessionLost: true },
  ]);
});

test('a session is an agent in its default conversation; without a mode Letta would allow everything', () => {
  const request: OpenSession = { sessionId: 's', cwd: '/project', env: {}, call: stepCall(), services: stepServices() };
  const turn = { prompt: 'p', request, options: { baseEnv: {} } };
  const fresh = lettaCommandLine({ ...turn, session: { kind: 'fresh' } }).args.join(' ');
  expect(fresh).toContain('--new-agent --conversation default');
  expect(fresh).toContain('--permission-mode acceptEdits');
  const allowedTools = ['Bash(npm test:*)', 'Bash(ls)'];
  const allowing = lettaCommandLine({ ...turn, session: { kind: 'fresh' }, options: { baseEnv: {}, allowedTools } });
  expect(allowing.args.slice(-2)).toEqual(['--allowedTools', 'Bash(npm test:*),Bash(ls)']);
  const known = lettaCommandLine({ ...turn, session: { kind: 'known', id: 'agent-1' } }).args.join(' ');
  expect(known).toContain('--agent agent-1 --conversation default');
});

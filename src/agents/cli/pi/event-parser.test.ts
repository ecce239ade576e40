import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stepCall, stepServices } from '../../../../test/support/step-fixture.ts';
import type { AgentEvent, OpenSession } from '../../../engine/ports/agent.ts';
import type { CliEnding } from '../cli-turn.ts';
import { piCommandLine } from './command-line.ts';
import { PiTranscript } from './event-parser.ts';

const fine: CliEnding = { exitCode: 0, signal: null, dismissed: false, errors: '' };

function replay(lines: readonly string[], ending: Partial<CliEnding> = {}): readonly AgentEvent[] {
  const transcript = new PiTranscript({ cwd: '/project', resumed: false });
  const events: AgentEvent[] = lines.flatMap((line) => transcript.read(line));
  return [...events, ...transcript.conclude({ ...fine, ...ending })];
}

function recorded(name: string): readonly string[] {
  return readFileSync(join(import.meta.dirname, 'fixtures', `${name}.jsonl`), 'utf8').split('\n');
}

test('a recorded edit becomes text, call, result, change, usage with its cost, and the last answer', () => {
  const usage = { inputTokens: 200, outputTokens: 40, costUsd: expect.closeTo(0.00028, 8), model: 'mock-model' };
  const id = 'call_1';
  expect(replay(recorded('edit'))).toEqual([
    { type: 'AgentSessionStarted', agent: 'pi', sessionId: '01a22204-0000-7000-8000-000000000001', resumed: false },
    { type: 'AgentText', text: 'I write it.' },
    { type: 'AgentToolCall', id, tool: 'write', input: { path: 'made.txt', content: 'hello\n' } },
    { type: 'AgentToolResult', id, isError: false, output: 'Successfully wrote to made.txt' },
    { type: 'AgentFileChange', path: 'made.txt', change: 'modified' },
    { type: 'AgentText', text: 'made.txt is there.' },
    { type: 'AgentUsage', ...usage },
    { type: 'result', ok: true, text: 'made.txt is there.', usage },
  ]);
});

test('a tool that fails changes no file and does not fail the turn', () => {
  const events = replay(recorded('failing-tool'));
  expect(events).toContainEqual(expect.objectContaining({ type: 'AgentToolResult', isError: true }));
  expect(events.at(-1)).toMatchObject({ ok: true, text: 'It failed.' });
});

test('an error of the provider is a failure, although pi ends with exit code 0', () => {
  expect(replay(recorded('unauthorized')).at(-1)).toMatchObject({ ok: false, error: expect.stringMatching(/^401/) });
});

test('what is repeated is told, and the turn is over only after the last attempt', () => {
  const events = replay(recorded('once'));
  expect(events).toContainEqual(expect.objectContaining({ type: 'AgentRetrying', attempt: 1, delayMs: 2000 }));
  expect(events.at(-1)).toMatchObject({ ok: true, text: 'after all' });
  const transcript = new PiTranscript({ cwd: '/project', resumed: false });
  const ends = recorded('once').flatMap((line) => {
    transcript.read(line);
    return transcript.concluded ? [JSON.parse(line || '{}').type as string] : [];
  });
  expect(ends.filter((type) => type === 'agent_end')).toHaveLength(1);
});

test('an answer that was cut off is no success', () => {
  const lines = recorded('resumed').map((line) => line.replace('"stopReason":"stop"', '"stopReason":"length"'));
  expect(replay(lines).at(-1)).toMatchObject({ ok: false, error: expect.stringContaining('limit of tokens') });
});

test('a session that is unknown to pi is lost', () => {
  expect(replay([], { exitCode: 1, errors: "No session found matching 'x'" })).toEqual([
    { type: 'result', ok: false, error: "No session found matching 'x'", transient: false, sessionLost: true },
  ]);
});

test('it has a shell only where it may do everything, and takes the id of a fresh session', () => {
  const request: OpenSession = { sessionId: 's', cwd: '/project', env: {}, call: stepCall(), services: stepServices() };
  const turn = { prompt: 'p', request, session: { kind: 'fresh', id: 'uuid' } } as const;
  const args = piCommandLine({ ...turn, options: { baseEnv: {} } }).args.join(' ');
  expect(args).toContain('--session-id uuid');
  expect(args).toContain('--tools read,grep,find,ls,edit,write');
  expect(piCommandLine({ ...turn, options: { baseEnv: {}, permissions: 'full' } }).args).not.toContain('--tools');
  const known = piCommandLine({ ...turn, session: { kind: 'known', id: 'uuid' }, options: { baseEnv: {} } });
  expect(known.args.join(' ')).toContain('--session uuid');
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stepCall, stepServices } from '../../../../test/support/step-fixture.ts';
import type { AgentEvent, OpenSession } from '../../../engine/ports/agent.ts';
import type { CliAgentOptions } from '../cli-agent.ts';
import type { CliEnding } from '../cli-turn.ts';
import { auggieCommandLine } from './command-line.ts';
import { AuggieTranscript } from './event-parser.ts';

const fine: CliEnding = { exitCode: 0, signal: null, dismissed: false, errors: '' };

function replay(lines: readonly string[], ending: Partial<CliEnding> = {}): readonly AgentEvent[] {
  const transcript = new AuggieTranscript({ cwd: '/project', resumed: false });
  const events: AgentEvent[] = lines.flatMap((line) => transcript.read(line));
  return [...events, ...transcript.conclude({ ...fine, ...ending })];
}

function recorded(name: string): readonly string[] {
  return readFileSync(join(import.meta.dirname, 'fixtures', `${name}.jsonl`), 'utf8').split('\n');
}

test('the one line of a recorded edit becomes session, text and result, without a word on tools and tokens', () => {
  expect(replay(recorded('edit'))).toEqual([
    {
      type: 'AgentSessionStarted',
      agent: 'augment',
      sessionId: '00000000-0000-4000-8000-000000000001',
      resumed: false,
    },
    { type: 'AgentText', text: 'made.txt is there.' },
    { type: 'result', ok: true, text: 'made.txt is there.' },
  ]);
});

test('requests that were repeated are told when the turn is over', () => {
  expect(replay(recorded('once'))).toContainEqual({
    type: 'AgentRetrying',
    attempt: 1,
    reason: 'Rate limited',
    delayMs: 10_000,
  });
});

test('what is told on standard error alone is the failure, with what is worth another attempt', () => {
  const failureOf = (told: string): AgentEvent | undefined =>
    replay([], { exitCode: 1, errors: `(node:1) Warning: something\n❌ ${told}` }).at(-1);
  expect(failureOf('Invalid request: HTTP error: 400 Bad Request')).toEqual({
    type: 'result',
    ok: false,
    error: 'Invalid request: HTTP error: 400 Bad Request',
    transient: false,
  });
  expect(failureOf('Request failed: HTTP error: 503 Service Unavailable')).toMatchObject({ transient: true });
  expect(failureOf("Failed to resume session: No session found matching 'x'.")).toMatchObject({ sessionLost: true });
});

test('a result that says it is an error is none', () => {
  const lines = recorded('edit').map((line) => line.replace('"is_error":false', '"is_error":true'));
  expect(replay(lines).at(-1)).toMatchObject({ ok: false, error: 'made.txt is there.' });
});

test('rules of the user stand before ours, and a shell is there only where everything is allowed', () => {
  const request: OpenSession = { sessionId: 's', cwd: '/project', env: {}, call: stepCall(), services: stepServices() };
  const rules = (options: Partial<CliAgentOptions>): readonly string[] =>
    auggieCommandLine({
      prompt: 'p',
      request,
      session: { kind: 'fresh' },
      options: { baseEnv: {}, ...options },
    }).args.filter((word) => /:(?:allow|deny)$/.test(word));
  expect(rules({ allowedTools: ['launch-process:allow'] }).slice(0, 2)).toEqual([
    'launch-process:allow',
    'launch-process:deny',
  ]);
  expect(rules({})).not.toContain('save-file:deny');
  expect(rules({ permissions: 'read-only' })).toContain('save-file:deny');
  expect(rules({ permissions: 'full' })).toEqual([]);
});

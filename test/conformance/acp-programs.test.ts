import { randomUUID } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createAcpAdapter, type AcpAgentOptions } from '../../src/agents/acp/acp-adapter.ts';
import { acpAgentOfDriver } from '../../src/agents/acp/acp-agent.ts';
import type { AgentEvent, AgentResult, OpenSession } from '../../src/engine/ports/agent.ts';
import { createRedactor } from '../../src/shared/redaction.ts';
import { processTable, wasStartedWith } from '../../src/shared/process/process-table.ts';
import { stepCall, stepServices, type RecordedServices } from '../support/step-fixture.ts';

/*
 * How agents that speak the Agent Client Protocol are started, talked to and ended, with a program in their place that behaves or
 * misbehaves as it is told. What real agents do is test/e2e/acp-agents.test.ts.
 */

const stub = join(import.meta.dirname, '../support/acp-stub-agent.ts');

let root: string;
let folder: string;
let runId: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'acp-program-'));
  folder = join(root, 'work');
  mkdirSync(folder);
  runId = randomUUID();
});
afterEach(() => rmSync(root, { recursive: true }));

interface Turn extends Partial<AcpAgentOptions> {
  /** What the program does at its start. */
  readonly start?: string;
  readonly request?: Partial<OpenSession>;
  readonly signal?: AbortSignal;
  readonly command?: readonly [string, ...string[]];
}

interface Told {
  readonly events: readonly AgentEvent[];
  readonly types: readonly string[];
  readonly result: AgentResult | undefined;
  readonly sessionId: string | undefined;
  readonly services: RecordedServices;
}

const modes = { 'read-only': 'ask', 'workspace-write': 'edit', full: 'all' };
const baseEnv = { PATH: `${dirname(process.execPath)}:/usr/bin:/bin`, HOME: '/nowhere', GITHUB_TOKEN: 'hidden' };

function adapterOf({ start = 'plain', command = [process.execPath, stub, start, root], ...options }: Turn = {}) {
  return createAcpAdapter(acpAgentOfDriver({ id: 'stub', command, modes }), { baseEnv, ...options });
}

async function prompt(text: string, turn: Turn = {}): Promise<Told> {
  const { request, signal = new AbortController().signal } = turn;
  const services = stepServices({ runId, signal, redactor: createRedactor({ TOKEN: 'secret-value' }) });
  const session = await adapterOf(turn).open({
    sessionId: 'our-id',
    cwd: folder,
    env: {},
    call: stepCall(),
    services,
    ...request,
  });
  const events: AgentEvent[] = [];
  for await (const event of session.prompt(text, signal)) events.push(event);
  await session.close();
  const result = events.findLast((event) => event.type === 'result');
  return { events, types: events.map(({ type }) => type), result, sessionId: session.id, services };
}

const running = (): readonly number[] =>
  processTable().flatMap(({ pid }) => (wasStartedWith(pid, `ORCHESTRA_OPERATION=${runId}/work#1`) ? [pid] : []));

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await delay(10);
}

describe('a turn', () => {
  test('tells session, thoughts, text, calls with their results, changed files and what it used, each once and in order', async () => {
    const path = join(folder, 'made.txt');
    const usage = { inputTokens: 110, outputTokens: 20, costUsd: 0.5, model: 'stub-model' };
    const { events, services } = await prompt(`edit ${path}`);
    expect(events).toEqual([
      { type: 'AgentSessionStarted', agent: 'stub', sessionId: 'session-1', resumed: false },
      { type: 'AgentThinking', text: 'A file is wanted.' },
      { type: 'AgentText', text: 'I write it.' },
      { type: 'AgentToolCall', id: 't1', tool: 'Write', input: { path, text: 'hello\n' } },
      { type: 'AgentToolResult', id: 't1', isError: false, output: 'written' },
      { type: 'AgentFileChange', path: 'made.txt', change: 'created' },
      { type: 'AgentText', text: 'It is ' },
      { type: 'AgentText', text: 'written.' },
      { type: 'AgentUsage', ...usage },
      { type: 'result', ok: true, text: 'It is written.', usage },
    ]);
    expect(services.events).toEqual([
      expect.objectContaining({ type: 'ProcessStarted', command: expect.stringContaining('acp-stub-agent') }),
      expect.objectContaining({ type: 'ProcessExited', exitCode: 0 }),
    ]);
  });

  test('sees the allow-listed environment and what the step tells it, and no secret', async () => {
    await prompt('hello', { start: 'environment', request: { env: { ORCHESTRA_STATUS_FILE: '/a/status.json' } } });
    const env = JSON.parse(readFileSync(join(root, 'env'), 'utf8')) as Record<string, string>;
    expect(env).toMatchObject({ HOME: '/nowhere', ORCHESTRA_STATUS_FILE: '/a/status.json' });
    expect(JSON.stringify(env)).not.toContain('hidden');
  });

  test.each(['plain', 'options-only'])(
    'gets mode, model and effort, whichever way it offers them (%s)',
    async (start) => {
      const request = { model: 'the large one', reasoningEffort: 'high', permissions: 'full' } as const;
      const told = await prompt('settings', { start, request });
      expect(told.events[0]).toMatchObject({ model: 'the large one' });
      const text = JSON.stringify({ mode: 'all', model: 'large', effort: 'high' });
      expect(told.result).toMatchObject({ ok: true, text });
    },
  );

  test('is told who it is with each prompt', async () => {
    const request = { system: 'You are a poet.' };
    const { sessionId } = await prompt('hello', { request });
    await prompt('again', { request: { ...request, resume: sessionId! } });
    const sessions = JSON.parse(readFileSync(join(root, 'sessions.json'), 'utf8')) as object;
    expect(sessions).toEqual({ 'session-1': ['You are a poet.\n\nhello', 'You are a poet.\n\nagain'] });
  });

  test('is not begun in a model or a mode that the agent does not take', async () => {
    const model = await prompt('settings', { request: { model: 'unknown' } });
    expect(model.result).toMatchObject({
      ok: false,
      transient: false,
      error: expect.stringContaining('did not take the model'),
    });
    const mode = await prompt('settings', { start: 'modeless' });
    expect(mode.result).toMatchObject({
      ok: false,
      error: expect.stringContaining('no mode edit for workspace-write'),
    });
    expect(mode.types).not.toContain('AgentSessionStarted');
    const full = await prompt('hello', { start: 'modeless', request: { permissions: 'full' } });
    expect(full.result).toMatchObject({ ok: true });
  });

  test('goes on in its session, loaded or resumed, whose history is not told again, even if it trails behind', async () => {
    const first = await prompt('hello');
    for (const start of ['plain', 'trails', 'resumes']) {
      const second = await prompt('history', { start, request: { resume: first.sessionId! } });
      expect(second.events[0]).toMatchObject({ sessionId: first.sessionId, resumed: true });
      expect(second.result).toMatchObject({ ok: true, text: expect.stringMatching(/^hello(?:\|history)+$/) });
      // The cost that is told is that of the whole session.
      expect(second.result?.usage).toEqual({ inputTokens: 110, outputTokens: 20, model: 'stub-model' });
    }
  });

  test('says so when the session to continue is unknown, or the agent continues none', async () => {
    const unknown = await prompt('hello', { request: { resume: 'session-9' } });
    expect(unknown.result).toMatchObject({ ok: false, sessionLost: true, transient: false });
    const forgetful = await prompt('hello', { start: 'forgetful', request: { resume: 'session-1' } });
    expect(forgetful.result).toMatchObject({ ok: false, sessionLost: true });
  });

  test('that is read slowly slows the agent down, and nothing of it is lost', async () => {
    const { events } = await prompt('many');
    const text = events.flatMap((event) => (event.type === 'AgentText' ? event.text : []));
    expect(text).toHaveLength(2_000);
    expect(events.at(-1)).toMatchObject({ ok: true, text: expect.stringMatching(/^0 1 2 .* 1999 $/) });
  });
});

describe('permissions', () => {
  const inside = () => join(folder, 'made.txt');
  const outside = () => join(root, 'made.txt');
  const denied = { type: 'AgentPermissionDenied', tool: expect.any(String), input: expect.anything() };

  test.each([
    ['read-only', 'ask-edit', inside, 'never'],
    ['read-only', 'ask-run', undefined, 'never'],
    ['workspace-write', 'ask-edit', inside, 'once'],
    ['workspace-write', 'ask-edit', outside, 'never'],
    ['workspace-write', 'ask-edit', undefined, 'never'],
    ['workspace-write', 'ask-run', undefined, 'never'],
    ['full', 'ask-edit', outside, 'once'],
    ['full', 'ask-run', undefined, 'once'],
  ] as const)('%s answers %s with the right option, for once only', async (permissions, question, path, option) => {
    const { events, result } = await prompt(`${question} ${path?.() ?? ''}`, { request: { permissions } });
    expect(result).toMatchObject({ ok: true, text: option });
    expect(events.filter(({ type }) => type === 'AgentToolCall')).toHaveLength(1);
    const denials = events.filter(({ type }) => type === 'AgentPermissionDenied');
    expect(denials).toEqual(option === 'never' ? [denied] : []);
  });

  test('allow the tools that are named, and whatever else somebody answers', async () => {
    const named = await prompt('ask-run', { allowedTools: ['execute'] });
    expect(named.result).toMatchObject({ text: 'once' });
    const questions: unknown[] = [];
    const answered = await prompt('ask-run', {
      answer: async (question) => {
        questions.push(question);
        return 'allow';
      },
    });
    expect(answered.result).toMatchObject({ text: 'once' });
    expect(questions).toEqual([
      {
        tool: 'execute',
        kind: 'execute',
        title: 'a call of execute',
        input: { title: 'a call of execute' },
        paths: [],
      },
    ]);
    const failed = await prompt('ask-run', { answer: () => Promise.reject(new Error('nobody is there')) });
    expect(failed.result).toMatchObject({ text: 'never' });
  });

  test('that make an agent give up make the turn fail', async () => {
    const { result, types } = await prompt('ask-and-give-up');
    expect(types).toContain('AgentPermissionDenied');
    expect(result).toMatchObject({ ok: false, transient: false, error: expect.stringContaining('denied execute') });
  });

  test('let the agent read and write through us in the working folder only, where it really lies', async () => {
    const path = inside();
    const fresh = await prompt(`through-client ${path}`);
    expect(fresh.result).toMatchObject({ text: '-32002; written' });
    expect(fresh.events).toContainEqual({ type: 'AgentFileChange', path: 'made.txt', change: 'created' });
    const again = await prompt(`through-client ${path}`);
    expect(again.result).toMatchObject({ text: 'through the client\n; written' });
    expect(again.events).toContainEqual({ type: 'AgentFileChange', path: 'made.txt', change: 'modified' });
    symlinkSync(root, join(folder, 'way-out'));
    for (const out of [outside(), join(folder, 'way-out', 'made.txt'), join(folder, '..', 'made.txt')]) {
      const { result } = await prompt(`through-client ${out}`);
      expect(result).toMatchObject({ text: expect.stringMatching(/^-32602; .*leads out of the working folder/) });
    }
    expect(existsSync(outside())).toBe(false);
    const hooks = await prompt(`through-client ${join(folder, '.git/hooks/pre-commit')}`);
    expect(hooks.result).toMatchObject({ text: expect.stringContaining('belongs to git') });
    const readOnly = await prompt(`through-client ${path}`, { request: { permissions: 'read-only' } });
    expect(readOnly.result).toMatchObject({ text: expect.stringMatching(/^through the client\n; .*read-only/) });
  });
});

describe('a failure', () => {
  test.each([
    ['unauthorized', false, /not signed in/],
    ['status 401', false, /401/],
    ['status 429', true, /429/],
    ['status 500', true, /500/],
    ['status 400', false, /400/],
    ['refuse', false, /refused/],
    ['tokens', false, /limit of tokens/],
  ])('of %s is told, and whether it may pass: %s', async (text, transient, error) => {
    const { result } = await prompt(text);
    expect(result).toMatchObject({ ok: false, transient, error: expect.stringMatching(error) });
  });

  test('of one 429 is worth another attempt, which goes on in the same session', async () => {
    const first = await prompt('limited-once');
    expect(first.result).toMatchObject({ ok: false, transient: true, error: expect.stringContaining('429') });
    const second = await prompt('limited-once', { request: { resume: first.sessionId! } });
    expect(second.result).toMatchObject({ ok: true, text: 'after all' });
  });

  test('to be signed in shows when the session is opened', async () => {
    const { result, types } = await prompt('hello', { start: 'signed-out' });
    expect(result).toMatchObject({ ok: false, transient: false, error: expect.stringContaining('not signed in') });
    expect(types).toEqual(['result']);
  });

  test('to speak the protocol is told with what the program said instead', async () => {
    const ends = await prompt('hello', { start: 'ends' });
    expect(ends.result).toMatchObject({ ok: false, error: expect.stringMatching(/exit code 2.*unknown option --acp/) });
    const garbage = await prompt('hello', { start: 'garbage' });
    expect(garbage.types).toEqual(['AgentWarning', 'AgentWarning', 'AgentWarning', 'result']);
    expect(garbage.result).toMatchObject({ ok: false, transient: false });
    const version = await prompt('hello', { start: 'version-2' });
    expect(version.result).toMatchObject({ ok: false, error: expect.stringContaining('version 2') });
  });

  test('to be there is told with what to do', async () => {
    const missing = { command: [join(root, 'nothing')] } as const;
    expect(await adapterOf(missing).detect()).toMatchObject({
      available: false,
      reason: expect.stringContaining('orchestra.yaml'),
    });
    const { result } = await prompt('hello', missing);
    expect(result).toMatchObject({
      ok: false,
      error: expect.stringMatching(/cannot be started.*not found.*orchestra.yaml/s),
    });
  });

  test('to answer in time ends the program, whatever it does about that', async () => {
    for (const start of ['silent', 'deaf']) {
      const { result } = await prompt('hello', { start, startMs: 300 });
      expect(result).toMatchObject({
        ok: false,
        transient: true,
        error: expect.stringContaining('within 0.3 seconds'),
      });
    }
    expect(running()).toEqual([]);
  });

  test('in the middle of a turn keeps what was said before, and tells what the program said last', async () => {
    const { result } = await prompt('crash');
    expect(result).toMatchObject({ ok: false, error: expect.stringMatching(/exit code 7.*out of luck/) });
  });
});

describe('a program', () => {
  test('that floods its output is stopped before it fills the memory', async () => {
    const { result } = await prompt('flood');
    expect(result).toMatchObject({ ok: false, error: expect.stringContaining('cannot be read') });
    expect(running()).toEqual([]);
  });

  test('that says strange things is warned of and heard to the end', async () => {
    const { types, result } = await prompt('strange', { start: 'noise' });
    expect(types.filter((type) => type === 'AgentWarning')).toHaveLength(3);
    expect(result).toMatchObject({ ok: true, text: 'still here' });
  });

  test('that closes its input fails the turn, and is ended', async () => {
    const { result } = await prompt('hello', { command: ['/bin/sh', '-c', 'exec 0<&-; sleep 300'], startMs: 500 });
    // Whether that is noticed when something is written, or by the silence, is a matter of time.
    expect(result).toMatchObject({
      ok: false,
      error: expect.stringMatching(/closed the connection|within 0.5 seconds/),
    });
    expect(running()).toEqual([]);
  });

  test('that stays when the turn is over is ended', async () => {
    const { result, services } = await prompt('stay');
    expect(result).toMatchObject({ ok: true, text: 'I stay.' });
    expect(services.events.at(-1)).toMatchObject({ type: 'ProcessExited' });
    expect(running()).toEqual([]);
  });

  test('that hangs is asked to cancel, and comes to its end by itself', async () => {
    const abort = new AbortController();
    const turn = prompt('hang', { signal: abort.signal, cancelMs: 600_000 });
    await until(() => existsSync(join(root, 'up')));
    abort.abort(new Error('dropped'));
    await expect(turn).rejects.toThrow('dropped');
    expect(running()).toEqual([]);
  });

  test.each(['hang-deaf', 'hang-with-children'])(
    'that does not cancel (%s) is ended with everything it started',
    async (text) => {
      const abort = new AbortController();
      const turn = prompt(text, { signal: abort.signal, cancelMs: 50 });
      await until(() => existsSync(join(root, 'up')));
      abort.abort(new Error('dropped'));
      await expect(turn).rejects.toThrow('dropped');
      expect(running()).toEqual([]);
    },
  );

  test('that is not listened to any more is ended', async () => {
    const services = stepServices({ runId });
    const session = await adapterOf().open({ sessionId: 'x', cwd: folder, env: {}, call: stepCall(), services });
    for await (const event of session.prompt('many', new AbortController().signal))
      if (event.type === 'AgentText') break;
    expect(running()).toEqual([]);
  });

  test('may be of another version', async () => {
    const path = join(root, 'agent');
    writeFileSync(path, '#!/bin/sh\necho "agent version 99.1.2-beta (abc)"\n');
    chmodSync(path, 0o755);
    expect(await adapterOf({ command: [path] }).detect()).toMatchObject({ available: true, version: '99.1.2-beta' });
  });
});

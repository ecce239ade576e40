import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { FixtureMatch } from '@copilotkit/aimock';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createClaudeCodeAdapter } from '../../src/agents/cli/claude-code/adapter.ts';
import type { ClaudeCodeOptions } from '../../src/agents/cli/claude-code/options.ts';
import type { AgentEvent, AgentResult, OpenSession } from '../../src/engine/ports/agent.ts';
import { readLines } from '../../src/shared/process/lines.ts';
import { processTable, wasStartedWith } from '../../src/shared/process/process-table.ts';
import { agentTestEnvironment } from '../support/agent-environment.ts';
import { claudeCodePackage, installAgent } from '../support/agent-install.ts';
import type { HostOrder } from '../support/claude-host.ts';
import { startModelServer, type ModelServer } from '../support/model-server.ts';
import { stepCall, stepServices } from '../support/step-fixture.ts';
import { verifies } from '../support/verifies.ts';

const installed = installAgent(claudeCodePackage);
if ('reason' in installed) process.stderr.write(`skipping Claude Code: ${installed.reason}\n`);
const executable = 'path' in installed ? installed.path : '';

let root: string;
let folder: string;
let server: ModelServer;
let environment: Record<string, string>;

beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'claude-code-'));
  folder = join(root, 'work');
  for (const name of ['work', 'home']) mkdirSync(join(root, name));
  server = await startModelServer();
  environment = agentTestEnvironment({ home: join(root, 'home'), modelUrl: server.url });
});

afterEach(async () => {
  await server.stop();
  rmSync(root, { recursive: true });
});

const usage = { input_tokens: 100, output_tokens: 20 };

/** What the model says to prompts with `marker`: `first`, and `last` once it has seen a tool's result. */
function script(marker: RegExp, first: object, last?: object): void {
  const say = (match: FixtureMatch, response: object): void =>
    void server.mock.on({ userMessage: marker, ...match }, { usage, ...response });
  say(last ? { hasToolResult: false } : {}, first);
  if (last) say({ hasToolResult: true }, last);
}

const call = (name: string, args: object): object => ({ name, arguments: JSON.stringify(args) });

interface Turn {
  readonly prompt: string;
  readonly options?: Partial<ClaudeCodeOptions>;
  readonly request?: Partial<OpenSession>;
  readonly signal?: AbortSignal;
  readonly runId?: string;
}

interface Told {
  readonly events: readonly AgentEvent[];
  readonly result: AgentResult | undefined;
  readonly sessionId: string | undefined;
}

async function prompt({ prompt: text, options, request, signal, runId }: Turn): Promise<Told> {
  const adapter = createClaudeCodeAdapter({ executable, baseEnv: environment, maxRetries: 0, ...options });
  const session = await adapter.open({
    sessionId: randomUUID(),
    cwd: folder,
    env: {},
    call: stepCall(),
    services: stepServices({ runId: runId ?? randomUUID() }),
    ...request,
  });
  const events: AgentEvent[] = [];
  for await (const event of session.prompt(text, signal ?? new AbortController().signal)) events.push(event);
  await session.close();
  return { events, result: events.findLast((event) => event.type === 'result'), sessionId: session.id };
}

const typesOf = (told: Told): readonly string[] => told.events.map((event) => event.type);

function runningOf(operation: string): readonly number[] {
  return processTable().flatMap((row) =>
    wasStartedWith(row.pid, `ORCHESTRA_OPERATION=${operation}`) ? [row.pid] : [],
  );
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await delay(10);
}

describe.skipIf(executable === '')('Claude Code', () => {
  test('is detected with its version', async () => {
    const adapter = createClaudeCodeAdapter({ executable, baseEnv: environment });
    expect(await adapter.detect()).toEqual({ available: true, path: executable, version: claudeCodePackage.version });
    const missing = createClaudeCodeAdapter({ executable: 'no-such-agent', baseEnv: environment });
    expect(await missing.detect()).toMatchObject({ available: false, reason: expect.stringContaining('npm install') });
  });

  test('answers a prompt from standard input, with usage and cost, once', async () => {
    script(/TASK-TEXT/, { content: 'the answer' });
    const told = await prompt({ prompt: 'TASK-TEXT please', request: { model: 'sonnet', reasoningEffort: 'low' } });
    expect(typesOf(told)).toEqual(['AgentSessionStarted', 'AgentText', 'AgentUsage', 'result']);
    expect(told.events[0]).toMatchObject({
      sessionId: told.sessionId,
      resumed: false,
      model: expect.stringContaining('sonnet'),
    });
    const spent = { inputTokens: 100, outputTokens: 20, costUsd: expect.any(Number) };
    expect(told.result).toEqual({
      type: 'result',
      ok: true,
      text: 'the answer',
      usage: { ...spent, model: expect.any(String) },
    });
    expect(server.requests.map((request) => request.path.split('?')[0])).toEqual(['/v1/messages']);
  });

  test('edits a file, and reports calls, results and the change', async () => {
    const write = call('Write', { file_path: join(folder, 'made.txt'), content: 'hello\n' });
    script(/TASK-EDIT/, { content: 'I write it', toolCalls: [write] }, { content: 'done' });
    const told = await prompt({ prompt: 'TASK-EDIT' });
    expect(readFileSync(join(folder, 'made.txt'), 'utf8')).toBe('hello\n');
    expect(typesOf(told)).toEqual([
      'AgentSessionStarted',
      'AgentText',
      'AgentToolCall',
      'AgentToolResult',
      'AgentFileChange',
      'AgentText',
      'AgentUsage',
      'result',
    ]);
    expect(told.events).toContainEqual({ type: 'AgentFileChange', path: 'made.txt', change: 'created' });
    expect(told.result).toMatchObject({ ok: true, text: 'done', usage: { inputTokens: 200, outputTokens: 40 } });
  });

  test('goes on in its session, and the turn counts only itself', async () => {
    script(/TASK-ONE/, { content: 'one' });
    script(/TASK-TWO/, { content: 'two' });
    const first = await prompt({ prompt: 'TASK-ONE' });
    const second = await prompt({ prompt: 'TASK-TWO', request: { resume: first.sessionId! } });
    expect(second.sessionId).toBe(first.sessionId);
    expect(second.events[0]).toMatchObject({ type: 'AgentSessionStarted', resumed: true });
    expect(server.requests.at(-1)?.body).toContain('TASK-ONE');
    const [cost, again] = [first, second].map(({ result }) => result?.usage?.costUsd);
    expect(again).toBeCloseTo(cost!, 10);
    expect(second.result?.usage).toMatchObject({ inputTokens: 100, outputTokens: 20 });
  });

  test('says so when the session to continue is unknown', async () => {
    const { result } = await prompt({ prompt: 'hello', request: { resume: randomUUID() } });
    expect(result).toMatchObject({ ok: false, sessionLost: true, transient: false });
  });

  test.each([
    [401, 'authentication_error', false],
    [400, 'invalid_request_error', false],
    [429, 'rate_limit_error', true],
    [500, 'api_error', true],
    [529, 'overloaded_error', true],
  ])('HTTP %d is a failure (%s), transient: %s', async (status, type, transient) => {
    server.mock.on({ userMessage: /TASK-ERROR/ }, { error: { message: 'refused by test', type }, status });
    const { result } = await prompt({ prompt: 'TASK-ERROR' });
    expect(result).toMatchObject({ ok: false, transient, error: expect.stringContaining('refused by test') });
  });

  test('an unreachable server is a transient failure', async () => {
    environment = { ...environment, ANTHROPIC_BASE_URL: 'http://127.0.0.1:9' };
    expect((await prompt({ prompt: 'hello' })).result).toMatchObject({ ok: false, transient: true });
  });

  test('gets over a single 429 by itself and tells of the retry', async () => {
    script(/TASK-ONCE/, { content: 'after all' });
    server.mock.nextRequestError(429, { message: 'once', type: 'rate_limit_error' });
    const told = await prompt({ prompt: 'TASK-ONCE', options: { maxRetries: 2 } });
    expect(told.events).toContainEqual(expect.objectContaining({ type: 'AgentRetrying', attempt: 1 }));
    expect(told.result).toMatchObject({ ok: true, text: 'after all', usage: { inputTokens: 100 } });
  });

  test('tells what it was not allowed to do, once', async () => {
    const command = call('Bash', { command: 'node -e 1', description: 'run' });
    script(/TASK-DENIED/, { content: 'trying', toolCalls: [command] }, { content: 'could not' });
    const told = await prompt({ prompt: 'TASK-DENIED' });
    const denied = told.events.filter((event) => event.type === 'AgentPermissionDenied');
    expect(denied).toEqual([
      { type: 'AgentPermissionDenied', tool: 'Bash', input: expect.objectContaining({ command: 'node -e 1' }) },
    ]);
  });

  test('with read-only permissions changes no file', async () => {
    const write = call('Write', { file_path: join(folder, 'made.txt'), content: 'hello\n' });
    script(/TASK-READ-ONLY/, { content: 'trying', toolCalls: [write] }, { content: 'could not' });
    const told = await prompt({ prompt: 'TASK-READ-ONLY', options: { permissions: 'read-only' } });
    expect(typesOf(told)).toContain('AgentPermissionDenied');
    expect(existsSync(join(folder, 'made.txt'))).toBe(false);
  });

  verifies(
    ['hook:pre', 'hook:pre-skips'],
    'asks the pre-hook before each tool call, and a failing one skips the call',
    async () => {
      const write = call('Write', { file_path: join(folder, 'made.txt'), content: 'hello\n' });
      script(/TASK-HOOK/, { content: 'trying', toolCalls: [write] }, { content: 'skipped' });
      const pre = 'cat > pre.json; echo "$ORCHESTRA_TOOL_NAME is not wanted" >&2; exit 7';
      const told = await prompt({ prompt: 'TASK-HOOK', request: { toolHooks: { pre } } });
      expect(existsSync(join(folder, 'made.txt'))).toBe(false);
      expect(told.events).toContainEqual({
        type: 'ToolHookFailed',
        hook: 'pre',
        exitCode: 7,
        output: 'Write is not wanted',
      });
      expect(typesOf(told)).not.toContain('AgentPermissionDenied');
      expect(JSON.parse(readFileSync(join(folder, 'pre.json'), 'utf8'))).toMatchObject({
        tool_name: 'Write',
        tool_input: { content: 'hello\n' },
      });
    },
  );

  verifies(['hook:post', 'hook:post-failure'], 'a failing post-hook is recorded and stops nothing', async () => {
    const write = call('Write', { file_path: join(folder, 'made.txt'), content: 'hello\n' });
    script(/TASK-POST/, { content: 'trying', toolCalls: [write] }, { content: 'done' });
    const hooks = { pre: 'exit 0', post: 'printf %s "$ORCHESTRA_TOOL_RESULT" > post.json; exit 3' };
    const told = await prompt({ prompt: 'TASK-POST', request: { toolHooks: hooks } });
    expect(readFileSync(join(folder, 'made.txt'), 'utf8')).toBe('hello\n');
    expect(told.events).toContainEqual({ type: 'ToolHookFailed', hook: 'post', exitCode: 3, output: '' });
    expect(JSON.parse(readFileSync(join(folder, 'post.json'), 'utf8'))).toMatchObject({ type: 'create' });
    expect(told.result).toMatchObject({ ok: true, text: 'done' });
  });

  test('is ended by an abort while the model is silent, with everything it started', async () => {
    server.hangOn('TASK-HANG');
    const controller = new AbortController();
    const runId = randomUUID();
    const turn = prompt({ prompt: 'TASK-HANG', signal: controller.signal, runId });
    const request = await server.arrival('TASK-HANG');
    controller.abort(new Error('dropped'));
    await expect(turn).rejects.toThrow('dropped');
    await request.closed;
    expect(runningOf(`${runId}/work#1`)).toEqual([]);
  });

  test('leaves nothing running when its host is killed in a tool call, and goes on in the same session', async () => {
    const runId = randomUUID();
    const endless = call('Bash', { command: 'touch started; tail -f /dev/null', description: 'wait' });
    script(/TASK-KILL/, { content: 'waiting', toolCalls: [endless] });
    script(/GO ON/, { content: 'finished after all' });
    const order: HostOrder = { executable, folder, runId, prompt: 'TASK-KILL', earlier: [] };

    const killed = startHost(order);
    const before = readEvents(killed.stdout);
    await until(() => existsSync(join(folder, 'started')));
    expect(runningOf(`${runId}/work#1`).length).toBeGreaterThan(1);
    killed.kill('SIGKILL');
    await until(() => runningOf(`${runId}/work#1`).length === 0);

    const earlier = (await before).filter((event) => event.type !== 'result');
    const started = earlier.find((event) => event.type === 'AgentSessionStarted');
    const resumed = startHost({ ...order, prompt: 'GO ON', earlier, resume: started!.sessionId });
    const [after, [exitCode]] = await Promise.all([
      readEvents(resumed.stdout),
      once(resumed, 'exit') as Promise<[number]>,
    ]);
    expect(exitCode).toBe(0);
    expect(after).toContainEqual(
      expect.objectContaining({ type: 'AgentSessionStarted', sessionId: started!.sessionId, resumed: true }),
    );
    expect(after.at(-1)).toMatchObject({ type: 'result', ok: true, text: 'finished after all' });
    expect(server.requests.at(-1)?.body).toContain('TASK-KILL');
    expect(server.requests.at(-1)?.body).toContain('tail -f /dev/null');
  });
});

function startHost(order: HostOrder) {
  const program = join(import.meta.dirname, '../support/claude-host.ts');
  return spawn(process.execPath, [program, JSON.stringify(order)], {
    env: environment,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
}

async function readEvents(output: AsyncIterable<Uint8Array>): Promise<readonly AgentEvent[]> {
  const events: AgentEvent[] = [];
  for await (const line of readLines(output, { lineBytes: 1_000_000, totalBytes: 100_000_000 }))
    events.push(JSON.parse(line) as AgentEvent);
  return events;
}

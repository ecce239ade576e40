import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { FixtureMatch } from '@copilotkit/aimock';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createCliAdapter } from '../../src/agents/cli/cli-adapter.ts';
import type { CliAgentOptions } from '../../src/agents/cli/cli-agent.ts';
import type { AgentEvent, AgentResult, OpenSession } from '../../src/engine/ports/agent.ts';
import { processTable, wasStartedWith } from '../../src/shared/process/process-table.ts';
import type { HostOrder } from '../support/agent-host.ts';
import { readEvents, startHost } from '../support/agent-host-process.ts';
import { agentTestEnvironment } from '../support/agent-environment.ts';
import { installAgent } from '../support/agent-install.ts';
import { startModelServer, type ModelServer } from '../support/model-server.ts';
import type { AgentGateway } from '../support/augment-gateway.ts';
import { realAgents } from '../support/real-agents.ts';
import { stepCall, stepServices } from '../support/step-fixture.ts';

/*
 * The conformance suite of the Agent port on the real programs: each from npm, in a scrubbed environment with a HOME of
 * its own, against a scripted model on loopback.
 */

/** Agents that are heavy or have a server of their own are asked for by ORCHESTRA_TEST_AGENTS=all. */
/** Those of every run, or all: the others are heavy, a gigabyte and some minutes together. */
const tried = realAgents.filter(({ suite }) => suite === 'ci' || process.env['ORCHESTRA_TEST_AGENTS'] === 'all');

/** All spellings, so that every wire format reports them. */
const usage = { input_tokens: 100, output_tokens: 20, prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 };

/** A network of its own takes root, and the program `ip`. */
const canIsolate = spawnSync('unshare', ['--net', 'ip', 'link']).status === 0;
if (!canIsolate)
  process.stderr.write('no network namespaces: `unshare --net` needs root, and `ip` the package iproute2\n');

interface Turn {
  readonly prompt: string;
  readonly options?: Partial<CliAgentOptions>;
  readonly request?: Partial<OpenSession>;
  readonly signal?: AbortSignal;
  readonly runId?: string;
}

interface Told {
  readonly events: readonly AgentEvent[];
  readonly result: AgentResult | undefined;
  readonly sessionId: string | undefined;
}

describe.each(tried.map((real) => [real.agent.id, real] as const))('%s', (id, real) => {
  const { agent } = real;
  const installed = installAgent(real.package);
  if ('reason' in installed) process.stderr.write(`skipping ${id}: ${installed.reason}\n`);
  const executable = 'path' in installed ? installed.path : '';
  const there = (name: string, run: () => void | Promise<void>): void => {
    test.skipIf(executable === '')(name, run);
  };

  let root: string;
  let folder: string;
  let server: ModelServer;
  let gateway: AgentGateway | undefined;
  let environment: Record<string, string>;

  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), `${id}-`));
    folder = join(root, 'work');
    for (const name of ['work', 'home']) mkdirSync(join(root, name));
    server = await startModelServer();
    gateway = await real.startGateway?.(server.url);
    const { url: modelUrl } = gateway ?? server;
    environment = agentTestEnvironment({
      home: join(root, 'home'),
      modelUrl,
      own: real.prepare(join(root, 'home'), modelUrl),
    });
  });

  afterEach(async () => {
    await gateway?.stop();
    await server.stop();
    rmSync(root, { recursive: true });
  });

  /** What the model says to prompts with `marker`: `first`, and `last` once it has seen a tool's result. */
  function script(marker: RegExp, first: object, last?: object): void {
    const say = (match: FixtureMatch, response: object): void =>
      void server.mock.on({ userMessage: marker, ...match }, { usage, ...response });
    say(last ? { hasToolResult: false } : {}, first);
    if (last) say({ hasToolResult: true }, last);
  }

  const reportsUsage = agent.reportsUsage !== false;
  /** What a turn of so many answers used. */
  const usedBy = (answers: number): Partial<AgentResult> =>
    reportsUsage ? { usage: { inputTokens: answers * 100, outputTokens: answers * 20 } } : {};

  async function prompt({ prompt: text, options, request, signal, runId }: Turn): Promise<Told> {
    const adapter = createCliAdapter(agent, { executable, baseEnv: environment, ...real.unlimited, ...options });
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

  there('is detected with the version it was tried with', async () => {
    const adapter = createCliAdapter(agent, { executable, baseEnv: environment });
    expect(await adapter.detect()).toEqual({ available: true, path: executable, version: agent.triedVersion });
    const missing = createCliAdapter(agent, { executable: 'no-such-agent', baseEnv: environment });
    expect(await missing.detect()).toMatchObject({ available: false, reason: expect.stringContaining('npm install') });
  });

  there('answers a prompt from standard input, tells its session first and what it used, once', async () => {
    script(/TASK-TEXT/, { content: 'the answer' });
    const told = await prompt({ prompt: 'TASK-TEXT please' });
    const types = told.events.map(({ type }) => type);
    expect(types[0]).toBe('AgentSessionStarted');
    expect(types.slice(types.lastIndexOf('AgentText') + 1)).toEqual(
      reportsUsage ? ['AgentUsage', 'result'] : ['result'],
    );
    expect(told.events[0]).toMatchObject({ sessionId: told.sessionId, resumed: false });
    expect(told.result).toMatchObject({ ok: true, text: 'the answer', ...usedBy(1) });
    expect(server.requests.filter(({ method }) => method === 'POST')).toHaveLength(1);
  });

  there('uses its tools, and reports calls with their results', async () => {
    const write = real.shell(`printf 'hello\\n' > made.txt && echo made`);
    script(/TASK-EDIT/, { content: 'I write it', toolCalls: [write] }, { content: 'done' });
    const told = await prompt({ prompt: 'TASK-EDIT' });
    expect(readFileSync(join(folder, 'made.txt'), 'utf8')).toBe('hello\n');
    expect(told.result).toMatchObject({ ok: true, text: 'done', ...usedBy(2) });
    if (agent.tellsOnlyItsEnd) return;
    const call = told.events.find((event) => event.type === 'AgentToolCall');
    expect(JSON.stringify(call?.input)).toContain('made.txt');
    if (agent.tellsToolResults === false) return;
    const result = told.events.find((event) => event.type === 'AgentToolResult');
    expect(result).toMatchObject({ id: call?.id, isError: false, output: expect.stringContaining('made') });
  });

  there('goes on in its session, and the turn counts only itself', async () => {
    script(/TASK-ONE/, { content: 'one' });
    script(/TASK-TWO/, { content: 'two' });
    const first = await prompt({ prompt: 'TASK-ONE' });
    const second = await prompt({ prompt: 'TASK-TWO', request: { resume: first.sessionId! } });
    expect(second.sessionId).toBe(first.sessionId);
    expect(second.events[0]).toMatchObject({ type: 'AgentSessionStarted', resumed: true });
    expect(server.requests.at(-1)?.body).toContain('TASK-ONE');
    expect(second.result).toMatchObject({ ok: true, text: 'two', ...usedBy(1) });
  });

  there('says so when the session to continue is unknown', async () => {
    const { result } = await prompt({ prompt: 'hello', request: { resume: randomUUID() } });
    expect(result).toMatchObject({ ok: false, sessionLost: true, transient: false });
  });

  there('takes a refused key for a failure that stays', async () => {
    const refusal = { error: { message: 'refused by test', type: 'authentication_error' }, status: 401 };
    server.mock.on({ userMessage: /TASK-401/ }, refusal);
    const { result } = await prompt({ prompt: 'TASK-401', options: { maxRetries: 0 } });
    expect(result).toMatchObject({ ok: false, transient: false, error: expect.stringMatching(/refused by test|401/) });
  });

  there('takes a broken provider for a failure that may pass, if it ever gives up', async () => {
    const broken = { error: { message: 'broken by test', type: 'api_error' }, status: 500 };
    server.mock.on({ userMessage: /TASK-500/ }, broken);
    const controller = new AbortController();
    const turn = prompt({ prompt: 'TASK-500', options: { maxRetries: 0 }, signal: controller.signal });
    if (!real.insists) return expect((await turn).result).toMatchObject({ ok: false, transient: true });
    await until(() => server.requests.filter(({ body }) => body.includes('TASK-500')).length > 1);
    controller.abort(new Error('asked enough'));
    await expect(turn).rejects.toThrow('asked enough');
  });

  there('gets over a single 429 by itself and tells of the retry, or calls it transient', async () => {
    script(/TASK-ONCE/, { content: 'after all' });
    server.mock.nextRequestError(429, { message: 'once', type: 'rate_limit_error' });
    const told = await prompt({ prompt: 'TASK-ONCE', options: { maxRetries: 2 } });
    if (agent.repeatsRequests === false) {
      expect(told.result).toMatchObject({ ok: false, transient: true });
      return;
    }
    const retrying = expect.objectContaining({ type: 'AgentRetrying', attempt: 1 }) as AgentEvent;
    if (real.retriesSilently) expect(told.events).not.toContainEqual(retrying);
    else expect(told.events).toContainEqual(retrying);
    expect(told.result).toMatchObject({ ok: true, text: 'after all' });
  });

  there('with read-only permissions changes no file', async () => {
    script(/TASK-READ/, { content: 'trying', toolCalls: [real.shell('touch made.txt')] }, { content: 'could not' });
    await prompt({ prompt: 'TASK-READ', options: { permissions: 'read-only', sandboxed: false } });
    expect(existsSync(join(folder, 'made.txt'))).toBe(false);
  });

  test.skipIf(executable === '' || !canIsolate)('needs nobody but its model: it works where only loopback is', () => {
    const program = join(import.meta.dirname, '../support/agent-alone.ts');
    const inside = 'ip link set lo up && exec "$@"';
    const words = ['--net', 'sh', '-c', inside, 'sh', process.execPath, program, id, executable];
    const { stdout, stderr } = spawnSync('unshare', words, { encoding: 'utf8', timeout: 60_000 });
    expect(stderr).not.toContain('Error');
    expect(JSON.parse(stdout)).toMatchObject({
      result: { ok: true, text: 'nobody else is there' },
      interfaces: ['lo'],
    });
  });

  there('is ended by an abort while the model is silent, with everything it started', async () => {
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

  there('leaves nothing running when its host is killed in a tool call, and goes on in the same session', async () => {
    const runId = randomUUID();
    script(/TASK-KILL/, { content: 'waiting', toolCalls: [real.shell('touch started; tail -f /dev/null')] });
    script(/GO ON/, { content: 'finished after all' });
    const options = { executable, ...real.unlimited };
    const order: HostOrder = { agent: id, options, folder, runId, prompt: 'TASK-KILL', earlier: [] };

    const killed = startHost(order, environment);
    const told: AgentEvent[] = [];
    const before = readEvents(killed.stdout, told);
    // Some tell of their session only after the call has begun.
    await until(() => existsSync(join(folder, 'started')) && told.some(({ type }) => type === 'AgentSessionStarted'));
    expect(runningOf(`${runId}/work#1`).length).toBeGreaterThan(1);
    killed.kill('SIGKILL');
    await until(() => runningOf(`${runId}/work#1`).length === 0);

    const earlier = (await before).filter((event) => event.type !== 'result');
    const started = earlier.find((event) => event.type === 'AgentSessionStarted');
    expect(started === undefined).toBe(agent.tellsOnlyItsEnd === true);
    const known = started && { resume: started.sessionId };
    const resumed = startHost({ ...order, prompt: 'GO ON', earlier, ...known }, environment);
    const [after, [exitCode]] = await Promise.all([
      readEvents(resumed.stdout),
      once(resumed, 'exit') as Promise<[number]>,
    ]);
    expect(exitCode).toBe(0);
    expect(after.at(-1)).toMatchObject({ type: 'result', ok: true, text: 'finished after all' });
    if (!started) return;
    expect(after).toContainEqual(
      expect.objectContaining({ type: 'AgentSessionStarted', sessionId: started.sessionId, resumed: true }),
    );
    expect(server.requests.at(-1)?.body).toContain('TASK-KILL');
  });
});

function runningOf(operation: string): readonly number[] {
  return processTable().flatMap((row) =>
    wasStartedWith(row.pid, `ORCHESTRA_OPERATION=${operation}`) ? [row.pid] : [],
  );
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await delay(10);
}

import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { FixtureMatch } from '@copilotkit/aimock';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createAcpAdapter, type AcpAgentOptions } from '../../src/agents/acp/acp-adapter.ts';
import { acpAgentOf } from '../../src/agents/acp/acp-agent.ts';
import type { AgentEvent, AgentResult, OpenSession } from '../../src/engine/ports/agent.ts';
import { processTable, wasStartedWith } from '../../src/shared/process/process-table.ts';
import { readEvents, startHost } from '../support/agent-host-process.ts';
import { agentTestEnvironment } from '../support/agent-environment.ts';
import { installAgent } from '../support/agent-install.ts';
import type { AgentGateway } from '../support/augment-gateway.ts';
import { startModelServer, type ModelServer } from '../support/model-server.ts';
import { realAcpAgents } from '../support/real-acp-agents.ts';
import { stepCall, stepServices } from '../support/step-fixture.ts';

/*
 * The conformance suite of the Agent port on real agents that speak the Agent Client Protocol: each from npm, in a scrubbed
 * environment with a HOME of its own, against a scripted model on loopback.
 */

/** Those of every run, or all: the others are heavy. */
const tried = realAcpAgents.filter(({ suite }) => suite === 'ci' || process.env['ORCHESTRA_TEST_AGENTS'] === 'all');

/** All spellings, so that every wire format reports them. */
const usage = { input_tokens: 100, output_tokens: 20, prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 };

const canIsolate = spawnSync('unshare', ['--net', 'ip', 'link']).status === 0;

interface Turn {
  readonly prompt: string;
  readonly options?: Partial<AcpAgentOptions>;
  readonly request?: Partial<OpenSession>;
  readonly signal?: AbortSignal;
  readonly runId?: string;
}

interface Told {
  readonly events: readonly AgentEvent[];
  readonly result: AgentResult | undefined;
  readonly sessionId: string | undefined;
}

describe.each(tried.map((acp) => [acp.real.agent.id, acp] as const))('%s over the protocol', (id, acp) => {
  const { real } = acp;
  const agent = acpAgentOf(real.agent);
  if (!agent) throw new Error(`${id} does not speak the protocol`);
  const installed = installAgent(acp.package);
  const behind = acp.serves ? installAgent(real.package) : installed;
  const missing = [installed, behind].find((found) => 'reason' in found);
  if (missing) process.stderr.write(`skipping ${id}: ${'reason' in missing ? missing.reason : ''}\n`);
  const executable = 'path' in installed ? installed.path : '';
  const there = (name: string, run: () => void | Promise<void>): void => {
    test.skipIf(missing !== undefined)(name, run);
  };

  let root: string;
  let folder: string;
  let server: ModelServer;
  let gateway: AgentGateway | undefined;
  let environment: Record<string, string>;

  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), `acp-${id}-`));
    folder = join(root, 'work');
    for (const name of ['work', 'home']) mkdirSync(join(root, name));
    server = await startModelServer();
    gateway = await real.startGateway?.(server.url);
    const { url: modelUrl } = gateway ?? server;
    const own = real.prepare(join(root, 'home'), modelUrl);
    const serves = acp.serves?.('path' in behind ? behind.path : '');
    environment = agentTestEnvironment({ home: join(root, 'home'), modelUrl, own: { ...own, ...serves } });
  });

  afterEach(async () => {
    await gateway?.stop();
    await server.stop();
    rmSync(root, { recursive: true, maxRetries: 5 });
  });

  /** What the model says to prompts with `marker`: `first`, and `last` once it has seen a tool's result. */
  function script(marker: RegExp, first: object, last?: object): void {
    const say = (match: FixtureMatch, response: object): void =>
      void server.mock.on({ userMessage: marker, ...match }, { usage, ...response });
    say(last ? { hasToolResult: false } : {}, first);
    if (last) say({ hasToolResult: true }, last);
  }

  const usedBy = (answers: number): Partial<AgentResult> =>
    acp.reportsUsage
      ? { usage: expect.objectContaining({ inputTokens: answers * 100, outputTokens: answers * 20 }) }
      : {};

  async function prompt({ prompt: text, options, request, signal, runId = randomUUID() }: Turn): Promise<Told> {
    const adapter = createAcpAdapter(agent!, { executable, baseEnv: environment, ...real.unlimited, ...options });
    const services = stepServices({ runId });
    const common = { sessionId: randomUUID(), cwd: folder, env: {}, call: stepCall(), services };
    const session = await adapter.open({ ...common, ...request });
    const events: AgentEvent[] = [];
    for await (const event of session.prompt(text, signal ?? new AbortController().signal)) events.push(event);
    await session.close();
    return { events, result: events.findLast((event) => event.type === 'result'), sessionId: session.id };
  }

  there('is detected with the version it was tried with', async () => {
    const adapter = createAcpAdapter(agent, { executable, baseEnv: environment });
    const version = real.agent.acp?.adapter?.triedVersion ?? real.agent.triedVersion;
    expect(await adapter.detect()).toEqual({ available: true, path: executable, version });
  });

  there('answers a prompt, tells its session first and what it used, once', async () => {
    script(/TASK-TEXT/, { content: 'the answer' });
    const told = await prompt({ prompt: 'TASK-TEXT please' });
    const types = told.events.map(({ type }) => type);
    expect(types[0]).toBe('AgentSessionStarted');
    const last = types.slice(types.lastIndexOf('AgentText') + 1).filter((type) => type !== 'AgentWarning');
    expect(last).toEqual(acp.reportsUsage ? ['AgentUsage', 'result'] : ['result']);
    expect(told.events[0]).toMatchObject({ sessionId: told.sessionId, resumed: false });
    expect(told.result).toMatchObject({ ok: true, text: 'the answer', ...usedBy(1) });
  });

  there('uses its tools, and reports calls with their results', async () => {
    const write = real.shell(`printf 'hello\\n' > made.txt && echo made`);
    script(/TASK-EDIT/, { content: 'I write it', toolCalls: [write] }, { content: 'done' });
    const told = await prompt({ prompt: 'TASK-EDIT' });
    expect(readFileSync(join(folder, 'made.txt'), 'utf8')).toBe('hello\n');
    expect(told.result).toMatchObject({ ok: true, text: 'done', ...usedBy(2) });
    const calls = told.events.filter((event) => event.type === 'AgentToolCall');
    const call = calls.find(({ input }) => JSON.stringify(input).includes('made.txt'));
    const result = told.events.find((event) => event.type === 'AgentToolResult');
    expect(result).toMatchObject({ id: call?.id, isError: false });
    if (acp.tellsToolOutput) expect(result).toMatchObject({ output: expect.stringContaining('made') });
  });

  there('goes on in its session, without telling its history again', async () => {
    script(/TASK-ONE/, { content: 'one' });
    script(/TASK-TWO/, { content: 'two' });
    const first = await prompt({ prompt: 'TASK-ONE' });
    const second = await prompt({ prompt: 'TASK-TWO', request: { resume: first.sessionId! } });
    if (acp.losesYoungSessions && second.result?.ok === false) {
      expect(second.result).toMatchObject({ sessionLost: true });
      return;
    }
    expect(second.sessionId).toBe(first.sessionId);
    expect(second.events[0]).toMatchObject({ type: 'AgentSessionStarted', resumed: true });
    // An agent may ask for a title of its session beside it.
    const asked = server.requests.filter(({ body }) => body.includes('TASK-TWO'));
    expect(asked.filter(({ body }) => body.includes('TASK-ONE'))).not.toEqual([]);
    expect(second.result).toMatchObject({ ok: true, text: 'two', ...usedBy(1) });
  });

  there('says so when the session to continue is unknown', async () => {
    const { result } = await prompt({ prompt: 'hello', request: { resume: '00000000-0000-4000-8000-000000000000' } });
    expect(result).toMatchObject({ ok: false, sessionLost: true, transient: false });
  });

  there('takes a refused key for a failure that stays', async () => {
    const refusal = { error: { message: 'refused by test', type: 'authentication_error' }, status: 401 };
    server.mock.on({ userMessage: /TASK-401/ }, refusal);
    const { result } = await prompt({ prompt: 'TASK-401', options: { maxRetries: 0 } });
    const error = expect.stringMatching(/refused by test|401|not signed in/) as string;
    expect(result).toMatchObject({ ok: false, transient: false, error });
  });

  there('gets over a single 429 by itself', async () => {
    script(/TASK-ONCE/, { content: 'after all' });
    server.mock.nextRequestError(429, { message: 'once', type: 'rate_limit_error' });
    const { result } = await prompt({ prompt: 'TASK-ONCE', options: { maxRetries: 2 } });
    expect(result).toMatchObject(
      acp.repeatsRequests === false ? { ok: false, transient: true } : { ok: true, text: 'after all' },
    );
  });

  there('with read-only permissions runs nothing, and the denial is told where it asks', async () => {
    script(/TASK-READ/, { content: 'trying', toolCalls: [real.shell('touch made.txt')] }, { content: 'could not' });
    const { events, result } = await prompt({
      prompt: 'TASK-READ',
      options: { permissions: 'read-only', sandboxed: false },
    });
    expect(existsSync(join(folder, 'made.txt'))).toBe(false);
    expect(result).toMatchObject({ ok: true, text: 'could not' });
    if (acp.asks) expect(events.map(({ type }) => type)).toContain('AgentPermissionDenied');
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
    expect(runningOf(runId)).toEqual([]);
  });

  there('leaves nothing running when its host is killed in a tool call, and goes on in the same session', async () => {
    const runId = randomUUID();
    const waiting = real.shell('touch started; tail -f /dev/null');
    script(/TASK-KILL/, { content: 'waiting', toolCalls: [waiting] });
    script(/GO ON/, { content: 'finished after all' });
    const options = { executable, ...real.unlimited };
    const order = { agent: id, overProtocol: true, options, folder, runId, prompt: 'TASK-KILL', earlier: [] };

    const killed = startHost(order, environment);
    const before = readEvents(killed.stdout);
    await until(() => existsSync(join(folder, 'started')));
    expect(runningOf(runId).length).toBeGreaterThan(1);
    killed.kill('SIGKILL');
    await until(() => runningOf(runId).length === 0);

    const earlier = (await before).filter((event) => event.type !== 'result');
    const { sessionId: resume = '' } = earlier.find((event) => event.type === 'AgentSessionStarted') ?? {};
    const resumed = startHost({ ...order, prompt: 'GO ON', earlier, resume }, environment);
    const [after] = await Promise.all([readEvents(resumed.stdout), once(resumed, 'exit')]);
    if (acp.losesYoungSessions) return;
    expect(after.at(-1)).toMatchObject({ type: 'result', ok: true, text: 'finished after all' });
    const session = { type: 'AgentSessionStarted', sessionId: resume, resumed: true };
    expect(after).toContainEqual(expect.objectContaining(session));
    expect(server.requests.at(-1)?.body).toContain('TASK-KILL');
  });

  test.skipIf(missing !== undefined || !canIsolate)(
    'needs nobody but its model: it works where only loopback is',
    () => {
      const program = join(import.meta.dirname, '../support/agent-alone.ts');
      const inside = 'ip link set lo up && exec "$@"';
      const serves = JSON.stringify(acp.serves?.('path' in behind ? behind.path : '') ?? {});
      const words = ['--net', 'sh', '-c', inside, 'sh', process.execPath, program, id, executable, serves];
      const { stdout, stderr } = spawnSync('unshare', words, { encoding: 'utf8', timeout: 90_000 });
      expect(stderr).not.toContain('Error');
      expect(JSON.parse(stdout)).toMatchObject({
        result: { ok: true, text: 'nobody else is there' },
        interfaces: ['lo'],
      });
    },
  );
});

function runningOf(runId: string): readonly number[] {
  return processTable().flatMap(({ pid }) => (wasStartedWith(pid, `ORCHESTRA_OPERATION=${runId}/work#1`) ? [pid] : []));
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await delay(10);
}

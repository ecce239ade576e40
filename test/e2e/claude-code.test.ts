import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { FixtureMatch } from '@copilotkit/aimock';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { claudeCode } from '../../src/agents/cli/claude-code/agent.ts';
import { createCliAdapter } from '../../src/agents/cli/cli-adapter.ts';
import type { CliAgentOptions } from '../../src/agents/cli/cli-agent.ts';
import type { AgentEvent, AgentResult, OpenSession } from '../../src/engine/ports/agent.ts';
import { agentTestEnvironment } from '../support/agent-environment.ts';
import { claudeCodePackage, installAgent } from '../support/agent-install.ts';
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

async function prompt({ prompt: text, options, request, signal, runId }: Turn): Promise<Told> {
  const adapter = createCliAdapter(claudeCode, { executable, baseEnv: environment, maxRetries: 0, ...options });
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

/* What Claude Code does beyond the suite of all agents (cli-agents.test.ts). */
describe.skipIf(executable === '')('Claude Code', () => {
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
});

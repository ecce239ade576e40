import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import type { FixtureMatch } from '@copilotkit/aimock';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { EventLine } from '../../src/contract/event-line.ts';
import type { RunView } from '../../src/contract/run-view.ts';
import { agentTestEnvironment } from '../support/agent-environment.ts';
import { claudeCodePackage, installAgent } from '../support/agent-install.ts';
import { newProject, until, type CliProject, type CommandOptions } from '../support/cli.ts';
import { startModelServer, type ModelServer } from '../support/model-server.ts';
import { verifies } from '../support/verifies.ts';

const installed = installAgent(claudeCodePackage);
if ('reason' in installed) process.stderr.write(`skipping Claude Code: ${installed.reason}\n`);

interface Scene {
  readonly project: CliProject;
  readonly server: ModelServer;
  readonly options: CommandOptions;
  /** What the model says to prompts with `marker`: `first`, and `last` once it has seen a tool's result. */
  says(marker: RegExp, first: object, last?: object): void;
}

/** A project with the real Claude Code on its PATH and a scripted model behind it, on loopback only. */
async function newScene(): Promise<Scene> {
  const project = newProject();
  const server = await startModelServer();
  onTestFinished(() => server.stop());
  if (!('path' in installed)) throw new Error('Claude Code is not installed');
  symlinkSync(installed.path, join(project.bin, 'claude'));
  const { PATH: _path, ...env } = agentTestEnvironment({ home: project.home, modelUrl: server.url });
  const say = (match: FixtureMatch, response: object): void =>
    void server.mock.on(match, { usage: { input_tokens: 100, output_tokens: 20 }, ...response });
  return {
    project,
    server,
    options: { env },
    says(marker, first, last) {
      say({ userMessage: marker, ...(last && { hasToolResult: false }) }, first);
      if (last) say({ userMessage: marker, hasToolResult: true }, last);
    },
  };
}

const call = (name: string, args: object): object => ({ toolCalls: [{ name, arguments: JSON.stringify(args) }] });

const sessionsIn = (events: readonly EventLine[]) =>
  events.flatMap((event) =>
    event.type === 'AgentSessionStarted' ? [{ id: event.sessionId, resumed: event.resumed }] : [],
  );

const makePipeline = `digraph Make {
  graph [goal="Make a file"]
  start [shape=Mdiamond]
  exit [shape=Msquare]
  before [shape=parallelogram, tool_command="echo before >> log"]
  make [prompt="TASK-MAKE: make made.txt"]
  after [shape=parallelogram, tool_command="cat made.txt >> log"]
  start -> before -> make -> after -> exit
}`;

const allowNode = 'agents:\n  claude-code:\n    allowed_tools: ["Bash(node:*)"]\n';

describe.skipIf('reason' in installed)('Claude Code in a pipeline', () => {
  verifies(
    [
      'durability:R3:session-resumed',
      'durability:R3:session-id-first',
      'durability:R7:guardian',
      'durability:R2:never-again',
    ],
    'killed in the middle of a tool call leaves nothing running, and goes on in the same session',
    async () => {
      const { project, server, options, says } = await newScene();
      project.write('make.dot', makePipeline);
      project.write('orchestra.yaml', allowNode);
      const made = { file_path: join(project.folder, 'made.txt'), content: 'made by the agent\n' };
      says(/task below was interrupted/, call('Write', made), { content: 'It is made.' });
      const endless = `node -e "require('fs').writeFileSync('started', ''); setInterval(() => {}, 1000)"`;
      says(/TASK-MAKE/, call('Bash', { command: endless, description: 'wait' }));

      const running = project.start(['run', 'make.dot', '--json'], options);
      await until(() => project.has('started'));
      expect(project.leftRunning().length).toBeGreaterThan(1);
      running.process.kill('SIGKILL');
      const before = await running.finished;
      await until(() => project.leftRunning().length === 0);

      const resumed = await project.run(['resume', 'last', '--json'], options);
      expect(resumed.code).toBe(0);
      expect(resumed.result()).toMatchObject({
        status: 'success',
        visited: ['start', 'before', 'make', 'after', 'exit'],
        attempts: { before: 1, make: 1, after: 1 },
        context: { last_response: 'It is made.' },
      });
      expect(project.read('log')).toBe('before\nmade by the agent\n');

      const allBefore = before.stdout
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line) as EventLine);
      const [first] = sessionsIn(allBefore);
      expect(first).toMatchObject({ resumed: false });
      expect(sessionsIn(resumed.events())).toEqual([{ id: first?.id, resumed: true }]);
      const conversation = server.requests.at(-1)?.body ?? '';
      expect(conversation).toContain('setInterval');
      expect(conversation).toContain('task below was interrupted');

      const view = (await project.run(['show', 'last', '--json'])).document<RunView>();
      expect(view.usage).toMatchObject({ inputTokens: expect.any(Number), costUsd: expect.any(Number) });
      expect(view.nodeUsage['make']).toMatchObject({
        inputTokens: expect.toSatisfy((tokens: number) => tokens >= 200),
      });
      expect((await project.run(['show', 'last'])).stdout).toMatch(/make#1 .* \d+ in, \d+ out, \$\d/);
      expect(project.read('.orchestra/runs/' + view.runId + '/make/response.md')).toBe('It is made.');
    },
  );

  verifies(
    ['machine:exit:interrupt', 'machine:exit:awaited', 'durability:R3:session-resumed'],
    'is named and interrupted some time after one interrupt, and goes on in the same session when the run is resumed',
    async () => {
      const { project, options, says } = await newScene();
      project.write('make.dot', makePipeline);
      project.write('orchestra.yaml', allowNode);
      const made = { file_path: join(project.folder, 'made.txt'), content: 'made by the agent\n' };
      says(/task below was interrupted/, call('Write', made), { content: 'It is made.' });
      const endless = `node -e "require('fs').writeFileSync('started', ''); setInterval(() => {}, 1000)"`;
      says(/TASK-MAKE/, call('Bash', { command: endless, description: 'wait' }));

      const running = project.start(['run', 'make.dot', '--json'], options);
      await until(() => project.has('started'));
      running.process.kill('SIGINT');
      await running.tells('waits for make#1 (codergen, for ');
      const paused = await running.finished;
      expect(paused.code).toBe(3);
      expect(paused.result()).toMatchObject({ status: 'paused', visited: ['start', 'before', 'make'] });
      expect(project.leftRunning()).toEqual([]);

      const resumed = await project.run(['resume', 'last', '--json'], options);
      expect(resumed.result()).toMatchObject({ status: 'success', context: { last_response: 'It is made.' } });
      const [first] = sessionsIn(paused.events());
      expect(sessionsIn(resumed.events())).toEqual([{ id: first?.id, resumed: true }]);
      expect(project.read('log')).toBe('before\nmade by the agent\n');
    },
  );

  verifies('machine:exit:interrupt', 'is stopped by two interrupts, and nothing of it is left', async () => {
    const { project, server, options } = await newScene();
    project.write('make.dot', makePipeline);
    server.hangOn('TASK-MAKE');
    const running = project.start(['run', 'make.dot', '--json'], options);
    await server.arrival('TASK-MAKE');
    running.process.kill('SIGINT');
    await running.tells('Pausing');
    running.process.kill('SIGINT');
    const ended = await running.finished;
    expect(ended.code).toBe(130);
    expect(ended.result()).toMatchObject({ status: 'cancelled' });
    expect(project.leftRunning()).toEqual([]);
  });

  test('two nodes of one thread under `full` fidelity share a session', async () => {
    const { project, server, options, says } = await newScene();
    project.write(
      'thread.dot',
      `digraph Thread {
        start [shape=Mdiamond] exit [shape=Msquare]
        node [fidelity="full", thread_id="main"]
        plan [prompt="TASK-PLAN"] build [prompt="TASK-BUILD"]
        start -> plan -> build -> exit
      }`,
    );
    says(/TASK-BUILD/, { content: 'built' });
    says(/TASK-PLAN/, { content: 'the plan' });
    const ran = await project.run(['run', 'thread.dot', '--json'], options);
    expect(ran.result()).toMatchObject({ status: 'success', context: { last_response: 'built' } });
    const [first, second] = sessionsIn(ran.events());
    expect(second).toEqual({ id: first?.id, resumed: true });
    expect(server.requests.at(-1)?.body).toContain('TASK-PLAN');
  });

  test('a denied tool call is shown, and allowed by configuration', async () => {
    const { project, options, says } = await newScene();
    project.write('make.dot', makePipeline);
    const command = `node -e "require('fs').writeFileSync('made.txt', 'made')"`;
    says(/TASK-MAKE/, call('Bash', { command, description: 'make' }), { content: 'tried' });
    const denied = await project.run(['run', 'make.dot'], options);
    expect(denied.code).toBe(1);
    expect(denied.stderr).toContain('Bash was not permitted');
    project.write('orchestra.yaml', allowNode);
    const allowed = await project.run(['run', 'make.dot', '--json'], options);
    expect(allowed.result()).toMatchObject({ status: 'success' });
    expect(project.read('log')).toContain('made');
  });

  test('a refused key fails the stage at once, with what the server says', async () => {
    const { project, server, options } = await newScene();
    project.write('make.dot', makePipeline.replace('prompt="TASK', 'max_retries=3, prompt="TASK'));
    server.mock.on(
      { userMessage: /TASK-MAKE/ },
      { error: { message: 'invalid x-api-key', type: 'authentication_error' }, status: 401 },
    );
    const ran = await project.run(['run', 'make.dot'], options);
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain('x make');
    expect(ran.stderr).toContain('Invalid API key');
    const view = (await project.run(['show', 'last', '--json'])).document<RunView>();
    expect(view).toMatchObject({
      state: 'failed',
      attempts: { make: 1 },
      failureReason: expect.stringContaining('Invalid API key'),
    });
  });
});

import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { EventLine } from '../../src/contract/event-line.ts';
import type { RunView } from '../../src/contract/run-view.ts';
import { agentTestEnvironment } from '../support/agent-environment.ts';
import { installAgent } from '../support/agent-install.ts';
import { newProject, until } from '../support/cli.ts';
import { startModelServer } from '../support/model-server.ts';
import { realAgents } from '../support/real-agents.ts';

const ids = ['claude-code', 'codex', 'pi'];
const mixed = realAgents.filter(({ agent }) => ids.includes(agent.id));
const programs = mixed.map((real) => ({ real, installed: installAgent(real.package) }));
const missing = programs.flatMap(({ installed }) => ('reason' in installed ? [installed.reason] : []));
if (missing.length > 0) process.stderr.write(`skipping mixed agents: ${missing.join('; ')}\n`);

const pipeline = `digraph Feature {
  graph [goal="Make a file"]
  start [shape=Mdiamond]
  exit [shape=Msquare]
  plan   [agent="claude-code", prompt="TASK-PLAN: plan it"]
  make   [agent="codex", prompt="TASK-MAKE: make made.txt"]
  review [agent="pi", prompt="TASK-REVIEW: look at made.txt"]
  start -> plan -> make -> review -> exit
}`;

test.skipIf(missing.length > 0)(
  'one pipeline of three agents, killed in the work of each, goes on in the session of each and repeats nothing finished',
  { timeout: 120_000 },
  async () => {
    const project = newProject();
    const server = await startModelServer();
    onTestFinished(() => server.stop());
    const own: Record<string, string> = {};
    for (const { real, installed } of programs) {
      if ('path' in installed) symlinkSync(installed.path, join(project.bin, real.agent.executable));
      Object.assign(own, real.prepare(project.home, server.url));
    }
    const { PATH: _path, ...env } = agentTestEnvironment({ home: project.home, modelUrl: server.url, own });
    project.write('feature.dot', pipeline);
    const permissions = mixed.map(({ agent, unlimited }) => {
      const sandboxed = unlimited.sandboxed === true ? ', sandboxed: true' : '';
      return `  ${agent.id}: { permissions: full${sandboxed} }`;
    });
    project.write('orchestra.yaml', `agents:\n${permissions.join('\n')}\n`);

    // Each agent waits in a tool call to be killed, and says its piece when it is asked again.
    const usage = { input_tokens: 100, output_tokens: 20, prompt_tokens: 100, completion_tokens: 20 };
    const answers = { 'TASK-PLAN': 'the plan', 'TASK-MAKE': 'it is made', 'TASK-REVIEW': 'it is good' };
    for (const [index, [marker, content]] of Object.entries(answers).entries()) {
      const waiting = mixed[index]!.shell(`touch ${marker}; tail -f /dev/null`);
      const goingOn = new RegExp(`was interrupted[^]*${marker}`);
      server.mock.on({ userMessage: goingOn }, { content, usage });
      server.mock.on({ userMessage: new RegExp(marker) }, { content: 'I begin.', toolCalls: [waiting], usage });
    }

    const sessions: EventLine[] = [];
    let running = project.start(['run', 'feature.dot', '--json'], { env });
    for (const marker of Object.keys(answers)) {
      await until(() => project.has(marker));
      running.process.kill('SIGKILL');
      sessions.push(...sessionsIn((await running.finished).stdout));
      await until(() => project.leftRunning().length === 0);
      running = project.start(['resume', 'last', '--json'], { env });
    }
    const finished = await running.finished;
    sessions.push(...sessionsIn(finished.stdout));
    expect(finished.result()).toMatchObject({
      status: 'success',
      visited: ['start', 'plan', 'make', 'review', 'exit'],
      attempts: { plan: 1, make: 1, review: 1 },
      context: { last_response: 'it is good' },
    });

    for (const id of ids) {
      const own = sessions.flatMap((event) =>
        event.type === 'AgentSessionStarted' && event.agent === id ? [event] : [],
      );
      expect(own.map(({ resumed }) => resumed)).toEqual([false, true]);
      expect(new Set(own.map(({ sessionId }) => sessionId)).size).toBe(1);
    }
    const view = (await project.run(['show', 'last', '--json'])).document<RunView>();
    for (const node of ['plan', 'make', 'review'])
      expect(view.nodeUsage[node]?.inputTokens).toBeGreaterThanOrEqual(100);
  },
);

function sessionsIn(stdout: string): readonly EventLine[] {
  const lines = stdout.split('\n').filter((line) => line.endsWith('}'));
  return lines.map((line) => JSON.parse(line) as EventLine).filter((event) => event.type === 'AgentSessionStarted');
}

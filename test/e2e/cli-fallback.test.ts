import { symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { agentTestEnvironment } from '../support/agent-environment.ts';
import { installAgent } from '../support/agent-install.ts';
import { newProject } from '../support/cli.ts';
import { startModelServer } from '../support/model-server.ts';
import { realAgents } from '../support/real-agents.ts';

const ids = ['claude-code', 'pi'];
const programs = realAgents
  .filter(({ agent }) => ids.includes(agent.id))
  .map((real) => ({ real, installed: installAgent(real.package) }));
const missing = programs.flatMap(({ installed }) => ('reason' in installed ? [installed.reason] : []));
if (missing.length > 0) process.stderr.write(`skipping fallbacks: ${missing.join('; ')}\n`);

/** Claude Code and pi, each with a model of its own behind it. */
async function newScene() {
  const project = newProject();
  const own: Record<string, string> = {};
  const servers = new Map<string, Awaited<ReturnType<typeof startModelServer>>>();
  for (const { real, installed } of programs) {
    const server = await startModelServer();
    onTestFinished(() => server.stop());
    servers.set(real.agent.id, server);
    if ('path' in installed) symlinkSync(installed.path, join(project.bin, real.agent.executable));
    Object.assign(own, real.prepare(project.home, server.url));
  }
  const [claude, pi] = [servers.get('claude-code')!, servers.get('pi')!];
  const { PATH: _path, ...env } = agentTestEnvironment({ home: project.home, modelUrl: claude.url, own });
  return { project, env, claude, pi };
}

const pipeline = (attributes: string): string => `digraph Work {
  start [shape=Mdiamond]
  exit [shape=Msquare]
  work [agent="claude-code", prompt="TASK-WORK", ${attributes}]
  start -> work -> exit
}`;

const overloaded = { error: { message: 'overloaded by test', type: 'overloaded_error' }, status: 529 };

describe.skipIf(missing.length > 0)('an agent that is busy', () => {
  test('hands its work to the next, and the record says why', async () => {
    const { project, env, claude, pi } = await newScene();
    project.write('work.dot', pipeline('agent.fallback="pi"'));
    claude.mock.on({ userMessage: /TASK-WORK/ }, overloaded);
    pi.mock.on({ userMessage: /TASK-WORK/ }, { content: 'pi did it' });
    const ran = await project.run(['run', 'work.dot', '--json'], { env });
    expect(ran.result()).toMatchObject({
      status: 'success',
      attempts: { work: 1 },
      context: { last_response: 'pi did it' },
    });
    const reason = expect.stringMatching(/529 Overloaded/) as string;
    expect(ran.events()).toContainEqual(
      expect.objectContaining({ type: 'AgentFallback', from: 'claude-code', to: 'pi', reason }),
    );
    expect((await project.run(['logs', 'last'])).stdout).toContain('claude-code cannot go on, pi does the work');
  });

  test('keeps its work where the key is refused: that is nothing that passes', async () => {
    const { project, env, claude, pi } = await newScene();
    project.write('work.dot', pipeline('agent.fallback="pi"'));
    const refused = { error: { message: 'invalid x-api-key', type: 'authentication_error' }, status: 401 };
    claude.mock.on({ userMessage: /TASK-WORK/ }, refused);
    const ran = await project.run(['run', 'work.dot', '--json'], { env });
    expect(ran.code).toBe(1);
    expect(ran.events().map(({ type }) => type)).not.toContain('AgentFallback');
    expect(pi.requests).toEqual([]);
  });

  test('whose fallback is not installed is told before the run begins', async () => {
    const { project, env } = await newScene();
    project.write('work.dot', pipeline('agent.fallback="codex"'));
    const ran = await project.run(['run', 'work.dot'], { env });
    expect(ran.code).toBe(2);
    expect(ran.stderr).toContain('backend "codex" cannot be used: codex is not on the PATH');
    expect((await project.run(['status'])).stdout).toBe('');
  });

  test('rests after five failures in a row, and is waited for meanwhile', async () => {
    const { project, env, claude } = await newScene();
    project.write('work.dot', pipeline('max_retries=6, backoff_policy="linear"'));
    claude.mock.on({ userMessage: /TASK-WORK/ }, overloaded);
    const running = project.start(['run', 'work.dot', '--json'], { env });
    await running.prints('it rests for 60 s');
    await project.run(['cancel', 'last']);
    const ran = await running.finished;
    expect(ran.code).toBe(130);
    const opened = ran.events().filter((event) => event.type === 'AgentCircuitChanged');
    expect(opened).toMatchObject([{ agent: 'claude-code', state: 'open' }]);
    const failures = ran.events().flatMap((event) => (event.type === 'StageFailed' ? [event.error] : []));
    expect(failures).toHaveLength(6);
    expect(failures.filter((error) => error.includes('it rests for 60 s'))).toHaveLength(1);
    const waits = ran.events().flatMap((event) => (event.type === 'StageRetrying' && event.reason ? [event] : []));
    expect(waits).toMatchObject([
      { attempt: 7, delayMs: expect.toSatisfy((ms: number) => ms > 50_000 && ms <= 60_000) as number },
    ]);
  });
});

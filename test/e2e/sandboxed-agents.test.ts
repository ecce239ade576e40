import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createCliAdapter } from '../../src/agents/cli/cli-adapter.ts';
import type { AgentEvent, OpenSession } from '../../src/engine/ports/agent.ts';
import { bwrapProblem } from '../../src/workspace/sandbox/bwrap.ts';
import { createConfinement } from '../../src/workspace/sandbox/create-confinement.ts';
import { agentTestEnvironment } from '../support/agent-environment.ts';
import { installAgent } from '../support/agent-install.ts';
import { startModelServer, type ModelServer } from '../support/model-server.ts';
import { realAgents } from '../support/real-agents.ts';
import { stepCall, stepServices } from '../support/step-fixture.ts';

/*
 * Real agents inside bubblewrap: their model is the only host they reach, and their state all they see of HOME. Needs
 * the package bubblewrap and a system that lets it make namespaces.
 */

const unusable = await bwrapProblem(process.env);
if (unusable !== undefined) process.stderr.write(`skipping sandboxed agents: ${unusable}\n`);

const tried = realAgents.filter(({ suite }) => suite === 'ci' || process.env['ORCHESTRA_TEST_AGENTS'] === 'all');

describe.each(tried.map((real) => [real.agent.id, real] as const))('%s in a sandbox', (id, real) => {
  const installed = installAgent(real.package);
  if ('reason' in installed) process.stderr.write(`skipping ${id}: ${installed.reason}\n`);
  const executable = 'path' in installed ? installed.path : '';

  let root: string;
  let server: ModelServer;
  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), `sandboxed-${id}-`));
    for (const name of ['work', 'home', 'attempt']) mkdirSync(join(root, name));
    server = await startModelServer();
  });
  afterEach(async () => {
    await server.stop();
    rmSync(root, { recursive: true });
  });

  test.skipIf(executable === '' || unusable !== undefined)(
    'works with its model, sees nothing of ours, and goes on in its session',
    async () => {
      const [home, cwd] = [join(root, 'home'), join(root, 'work')];
      const gateway = await real.startGateway?.(server.url);
      const { url: modelUrl } = gateway ?? server;
      const own = real.prepare(home, modelUrl);
      const { HTTP_PROXY: _http, HTTPS_PROXY: _https, ...baseEnv } = agentTestEnvironment({ home, modelUrl, own });
      writeFileSync(join(home, 'private'), 'of the user');
      const confinement = createConfinement({
        sandbox: { kind: 'bwrap', allow: [new URL(modelUrl).host] },
        env: process.env,
      })!; // a sandbox is asked for
      const adapter = createCliAdapter(real.agent, { executable, baseEnv, confinement, ...real.unlimited });
      const prompt = async (text: string, more: Partial<OpenSession> = {}): Promise<readonly AgentEvent[]> => {
        const services = stepServices({ runId: randomUUID(), cwd, attemptDir: join(root, 'attempt') });
        const session = await adapter.open({ sessionId: id, cwd, env: {}, call: stepCall(), services, ...more });
        return Array.fromAsync(session.prompt(text, new AbortController().signal));
      };
      const look = `ls '${home}' > seen; ls '${root}' >> seen; touch made; touch '${root}/escaped'; true`;
      server.mock.on(
        { userMessage: /TASK-BOX/, hasToolResult: false },
        { content: 'looking', toolCalls: [real.shell(look)] },
      );
      server.mock.on({ userMessage: /TASK-BOX/, hasToolResult: true }, { content: 'looked' });
      server.mock.on({ userMessage: /GO ON/ }, { content: 'went on' });

      expect(await adapter.detect()).toMatchObject({ available: true });
      const told = await prompt('TASK-BOX');
      expect(told.at(-1)).toMatchObject({ type: 'result', ok: true, text: 'looked' });
      expect(existsSync(join(cwd, 'made'))).toBe(true);
      expect(readFileSync(join(cwd, 'seen'), 'utf8')).not.toContain('private');
      expect(existsSync(join(root, 'escaped'))).toBe(false);

      const started = told.find((event) => event.type === 'AgentSessionStarted');
      const after = await prompt('GO ON', { resume: started?.sessionId ?? '' });
      expect(after.at(-1)).toMatchObject({ type: 'result', ok: true, text: 'went on' });
      expect(server.requests.at(-1)?.body).toContain('TASK-BOX');
      await gateway?.stop();
    },
  );
});

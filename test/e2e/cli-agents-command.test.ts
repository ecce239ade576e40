import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { codex } from '../../src/agents/cli/codex/agent.ts';
import { allAgentIds } from '../../src/app/agents.ts';
import { agentProgram } from '../support/agent-program.ts';
import { newProject } from '../support/cli.ts';

test('orchestra agents lists every agent: what is not installed, what is of another version, what was never tried', async () => {
  const project = newProject();
  for (const [name, version] of [
    ['codex', '0.1.0'],
    ['cursor-agent', '2026.08.25-3e8eec8'],
  ] as const) {
    writeFileSync(join(project.bin, name), `#!/bin/sh\necho ${version}\n`);
    chmodSync(join(project.bin, name), 0o755);
  }
  const { stdout } = await project.run(['agents']);
  const [agents = ''] = stdout.split('\n\n');
  const rows = agents.split('\n').slice(1);
  expect(rows.map((row) => row.split(' ')[0])).toEqual(allAgentIds());
  expect(stdout).toMatch(/^codex .*\(tried with \d+\.\d+\.\d+\)$/m);
  expect(stdout).toMatch(/^cursor +2026\.08\.25-3e8eec8 .*cursor-agent \(never tried\)$/m);
  expect(stdout).toMatch(/^pi +- +- +no .*npm install/m);
});

test('orchestra agents tells of every agent, which is there, of which version and what it signs in with', async () => {
  const project = newProject();
  agentProgram(project, 'exit 1');
  const env = { ANTHROPIC_API_KEY: 'test-key' };
  const asked = await project.run(['agents', '--json'], { env });
  expect(asked.code).toBe(0);
  const { agents } = asked.document<{ agents: Record<string, unknown>[] }>();
  expect(agents.map(({ id }) => id)).toEqual(allAgentIds());
  expect(agents[0]).toMatchObject({ id: 'claude-code', installed: true, version: '2.1.0', signIn: 'key' });
  expect(agents.slice(1).every(({ installed, problem }) => installed === false && problem !== undefined)).toBe(true);
  expect(asked.stdout).not.toContain('test-key');
  const listed = await project.run(['agents']);
  expect(listed.stdout).toMatch(
    /^AGENT +VERSION +SIGN-IN +ACP +PROGRAM\nclaude-code +2\.1\.0 +none found +adapter +\S+claude \(tried with /,
  );
  expect(project.has('.orchestra')).toBe(false);
});

test('orchestra agents tells which backends can ask which providers of models', async () => {
  const project = newProject();
  const openai = { api_base: 'http://127.0.0.1:9/v1', models: { smart: 'gpt-5' } };
  project.write('orchestra.yaml', { providers: { default: 'openai', openai, own: { type: 'openai-compatible' } } });
  const env = { OPENAI_API_KEY: 'sk-test-0000000000000000' };
  const asked = await project.run(['agents', '--json'], { env });
  expect(asked.document()).toMatchObject({
    agents: expect.arrayContaining([
      expect.objectContaining({ id: 'gemini', abilities: expect.objectContaining({ acp: 'itself' }) as object }),
    ]) as object[],
    backends: ['direct', 'loop', 'langgraph'].map((id) => ({ id, usable: true })),
    providers: expect.arrayContaining([
      { name: 'openai', type: 'openai', usable: true, models: { smart: 'gpt-5' } },
      expect.objectContaining({ name: 'own', usable: false, problem: expect.stringContaining('api_base') as string }),
      expect.objectContaining({ name: 'anthropic', problem: expect.stringContaining('ANTHROPIC_API_KEY') as string }),
    ]) as object[],
  });
  const keyless = await project.run(['agents']);
  expect(keyless.stdout).toMatch(/\n\nMODELS +USABLE +PROBLEM\ndirect +no +.*OPENAI_API_KEY is not set/);
  expect(keyless.stdout).toMatch(/^openai +openai +no +.*OPENAI_API_KEY is not set/m);
});

test('orchestra agents tells of what is talked to over the protocol, and of agents that only the project knows', async () => {
  const project = newProject();
  for (const [name, version] of [
    ['codex-acp', codex.acp?.adapter?.triedVersion],
    ['our-agent', '1.2.3'],
  ] as const) {
    writeFileSync(join(project.bin, name), `#!/bin/sh\necho ${version}\n`);
    chmodSync(join(project.bin, name), 0o755);
  }
  project.write('orchestra.yaml', {
    agents: {
      codex: { protocol: 'acp' },
      'claude-code': { protocol: 'auto' },
      ours: { type: 'acp', command: ['our-agent', '--acp'] },
    },
  });
  const { stdout } = await project.run(['agents']);
  expect(stdout).toMatch(/^codex +2\S+ +none found +adapter +\S+codex-acp$/m);
  expect(stdout).toMatch(/^claude-code +- +- +adapter +claude is not on the PATH/m);
  expect(stdout).toMatch(/^ours +1\.2\.3 +- +itself +\S+our-agent \(never tried\)$/m);
});

import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cliDrivers } from '../drivers.ts';
import type { Environment } from './configuration.ts';
import { readConfiguration } from './read-configuration.ts';

function rootWith(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'orchestra-configuration-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(root, name), text);
  return root;
}

/** What is wrong with a file, by its code and message without the folder, and the hint. */
async function refusal(files: Readonly<Record<string, string>>, env: Environment = {}) {
  const root = rootWith(files);
  const thrown: unknown = await readConfiguration(root, env)
    .then(cliDrivers)
    .catch((error: unknown) => error);
  const { code, message, hint } = thrown as { readonly code: string; readonly message: string; readonly hint: string };
  return { code, message: message.replaceAll(`${root}/`, ''), hint };
}

test('a project without files has the environment it is worked on in', async () => {
  const env = { HOME: '/home/kim' };
  expect(await readConfiguration(rootWith({}), env)).toMatchObject({ agents: new Map(), secrets: [], env });
});

test('.env sets what is not set, also without an orchestra.yaml', async () => {
  const root = rootWith({ '.env': '# keys\nOPENAI_API_KEY="from the file"\nHOME=/elsewhere\n' });
  const { env } = await readConfiguration(root, { HOME: '/home/kim' });
  expect(env).toEqual({ HOME: '/home/kim', OPENAI_API_KEY: 'from the file' });
});

describe('what is wrong', () => {
  test('is told all at once, each at its place', async () => {
    const told = await refusal({
      'orchestra.yaml':
        'secret: []\nlimts: {}\nagents:\n  critic:\n    effort: hihg\n    timeout: soon\n    budget: { money: -1 }\n',
    });
    expect(told.code).toBe('CONFIG_INVALID');
    expect(told.message.split('\n')).toEqual([
      'orchestra.yaml:1:1: Unrecognized key: "secret". Did you mean `secrets`?',
      'orchestra.yaml:2:1: Unrecognized key: "limts". Did you mean `limits`?',
      expect.stringMatching(/^orchestra.yaml:5:13: .*Did you mean `high`\?$/),
      expect.stringMatching(/^orchestra.yaml:6:14: a duration is a whole number with a unit/),
      expect.stringMatching(/^orchestra.yaml:7:22: /),
    ]);
    expect(told.hint).not.toContain('Did you mean');
  });

  test('alone has its hint for itself', async () => {
    expect(await refusal({ 'orchestra.yaml': 'secret: []\n' })).toMatchObject({
      message: 'orchestra.yaml:1:1: Unrecognized key: "secret"',
      hint: 'Did you mean `secrets`?',
    });
  });

  test('with YAML itself is told where it breaks', async () => {
    expect((await refusal({ 'orchestra.yaml': 'agents: [\n' })).message).toMatch(/^orchestra.yaml:2:1: /);
    expect((await refusal({ 'orchestra.yaml': 'backend: a\nbackend: b\n' })).message).toMatch(
      /^orchestra.yaml:2:1: .*unique/,
    );
    expect((await refusal({ 'orchestra.yaml': 'words\n' })).message).toMatch(/^orchestra.yaml:1:1: /);
  });

  test.each([
    ['agents:\n  codx: {}\n', 'orchestra.yaml:2:3: "codx" is no agent', 'Did you mean `codex`?'],
    [
      'agents:\n  mine:\n    type: codx\n',
      'orchestra.yaml:3:5: there is no agent of type "codx"',
      'Did you mean `codex`?',
    ],
  ])('with an agent is told when agents are asked for: %j', async (text, message, hint) => {
    expect(await refusal({ 'orchestra.yaml': text })).toEqual({
      code: 'CONFIG_INVALID',
      message: expect.stringContaining(message),
      hint,
    });
  });
});

describe('an agent of the project', () => {
  test('is driven as its type is, with settings of its own', async () => {
    const root = rootWith({
      'orchestra.yaml':
        'agents:\n  claude: { permissions: full }\n  careful: { type: codex, permissions: read-only, timeout: 20m }\n',
    });
    const drivers = cliDrivers(await readConfiguration(root, {}));
    const found = (name: string) => drivers.find((driver) => driver.name === name);
    expect(found('claude-code')?.options.permissions).toBe('full');
    expect(found('careful')).toMatchObject({
      agent: { id: 'careful', executable: 'codex' },
      options: { permissions: 'read-only' },
      timeoutMs: 1_200_000,
    });
    expect(found('codex')?.options.permissions).toBeUndefined();
  });
});

describe('agents.yaml', () => {
  const agents = `
agents:
  codex: { type: cli, command: "/opt/codex --fast", role: implementation, enabled: true, timeout: 90 }
  reviewer: { type: cli, adapter: gh-copilot, enabled: false, timeout: 15m }
  claude: { type: cli }
settings: { max_iterations: 3 }
`;

  test('adds agents: by provider, adapter, name or command', async () => {
    const drivers = cliDrivers(await readConfiguration(rootWith({ 'agents.yaml': agents }), {}));
    const found = (name: string) => drivers.find((driver) => driver.name === name);
    expect(found('codex')).toMatchObject({ options: { executable: '/opt/codex' }, timeoutMs: 90_000, isOff: false });
    expect(found('reviewer')).toMatchObject({ agent: { executable: 'copilot' }, isOff: true, timeoutMs: 900_000 });
  });

  test('gives way to orchestra.yaml', async () => {
    const root = rootWith({ 'agents.yaml': agents, 'orchestra.yaml': 'agents:\n  codex: { executable: mine }\n' });
    const codex = cliDrivers(await readConfiguration(root, {})).find(({ name }) => name === 'codex');
    expect([codex?.options.executable, codex?.timeoutMs]).toEqual(['mine', undefined]);
  });

  test('may lie where AI_ORCHESTRATOR_CONFIG_PATH says, and then has to', async () => {
    const root = rootWith({ 'team.yaml': agents });
    const configuration = await readConfiguration(root, { AI_ORCHESTRATOR_CONFIG_PATH: 'team.yaml' });
    expect([...configuration.agents.keys()]).toEqual(['codex', 'reviewer', 'claude']);
    expect(await refusal({}, { AI_ORCHESTRATOR_CONFIG_PATH: 'gone.yaml' })).toMatchObject({ code: 'FILE_UNREADABLE' });
  });

  test('is told of with its place', async () => {
    expect((await refusal({ 'agents.yaml': 'agents:\n  a: { timeout: long }\n' })).message).toMatch(
      /^agents.yaml:2:17: a duration is a whole number with a unit/,
    );
  });
});

import { expect, test } from 'vitest';
import { stepCall, stepServices } from '../../../../test/support/step-fixture.ts';
import type { OpenSession } from '../../../engine/ports/agent.ts';
import type { CliAgentOptions, SessionReference } from '../cli-agent.ts';
import { kiloCommandLine } from '../kilocode/command-line.ts';
import { opencodeCommandLine } from './command-line.ts';

const open: OpenSession = { sessionId: 's', cwd: '/project', env: {}, call: stepCall(), services: stepServices() };

function line(
  options: Partial<CliAgentOptions> = {},
  request: Partial<OpenSession> = {},
  session: SessionReference = { kind: 'fresh' },
) {
  const turn = {
    prompt: 'the prompt',
    session,
    request: { ...open, ...request },
    options: { baseEnv: {}, ...options },
  };
  const { args, env = {}, stdin } = opencodeCommandLine(turn, 'OPENCODE');
  const rules: unknown = JSON.parse(env['OPENCODE_PERMISSION'] ?? 'null');
  return { args: args.join(' '), env, stdin, rules };
}

test('a fresh session has a title, so that no model is asked for one; a known one is continued', () => {
  expect(line()).toMatchObject({ stdin: 'the prompt', args: 'run --format json --thinking --title run-1/work#1' });
  expect(line({}, {}, { kind: 'known', id: 'ses_1' }).args).toBe('run --format json --thinking --session ses_1');
});

test('model and effort are told in its own words', () => {
  const { args } = line({}, { model: 'anthropic/some', reasoningEffort: 'high' });
  expect(args).toContain('--model anthropic/some --variant high');
});

test('only what is allowed is, unless everything is', () => {
  expect(line({ permissions: 'read-only' }).rules).toMatchObject({
    '*': 'deny',
    glob: 'allow',
    edit: 'deny',
    bash: 'deny',
  });
  expect(line().rules).toMatchObject({ '*': 'deny', edit: 'allow', bash: 'deny', external_directory: 'deny' });
  const full = line({ permissions: 'full' });
  expect(full.rules).toBeNull();
  expect(full.args).toContain('--auto');
  expect(line().args).not.toContain('--auto');
});

test('rules of the user come last, after the one that denies the rest', () => {
  const { rules } = line({ allowedTools: ['bash(npm test *)', 'bash(git diff)', 'webfetch', 'read(secret.env)'] });
  expect(rules).toMatchObject({
    bash: { '*': 'deny', 'npm test *': 'allow', 'git diff': 'allow' },
    webfetch: 'allow',
    read: { '*': 'allow', '*.env': 'deny', 'secret.env': 'allow' },
  });
  expect(Object.keys(Object(rules))[0]).toBe('*');
});

test('Kilo Code reads variables of another name, and can be told how often to repeat a request', () => {
  const turn = { prompt: 'p', session: { kind: 'fresh' }, request: open } as const;
  const env = (options: Partial<CliAgentOptions>) =>
    kiloCommandLine({ ...turn, options: { baseEnv: {}, ...options } }).env;
  expect(Object.keys(env({}) ?? {})).toEqual(['KILO_DISABLE_AUTOUPDATE', 'KILO_PERMISSION']);
  expect(env({ maxRetries: 3 })).toMatchObject({ KILO_SESSION_RETRY_LIMIT: '3' });
  expect(env({ maxRetries: 0 })).toMatchObject({ KILO_SESSION_RETRY_LIMIT: '1' });
});

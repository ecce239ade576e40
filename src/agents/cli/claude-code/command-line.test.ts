import { describe, expect, test } from 'vitest';
import { stepCall, stepServices } from '../../../../test/support/step-fixture.ts';
import type { OpenSession } from '../../../engine/ports/agent.ts';
import { claudeArguments, claudeEnvironment } from './command-line.ts';

const request: OpenSession = {
  sessionId: 's1',
  cwd: '/project',
  env: { ORCHESTRA_STATUS_FILE: '/a/status.json' },
  call: stepCall(),
  services: stepServices(),
};
const fresh = { id: 'uuid', known: false };

describe('the command line', () => {
  test('starts a fresh session under the given id and continues a known one', () => {
    const common = ['--print', '--output-format', 'stream-json', '--verbose'];
    const permissions = ['--permission-mode', 'acceptEdits'];
    expect(claudeArguments({ baseEnv: {} }, request, fresh)).toEqual([
      ...common,
      '--session-id',
      'uuid',
      ...permissions,
    ]);
    expect(claudeArguments({ baseEnv: {} }, request, { ...fresh, known: true })).toEqual([
      ...common,
      '--resume',
      'uuid',
      ...permissions,
    ]);
  });

  test('names model, effort, permissions and allowed tools', () => {
    const options = { baseEnv: {}, permissions: 'full', allowedTools: ['Bash(npm test:*)', 'WebFetch'] } as const;
    const line = claudeArguments(options, { ...request, model: 'opus', reasoningEffort: 'high' }, fresh).join(' ');
    expect(line).toContain(
      '--model opus --effort high --permission-mode bypassPermissions --allowedTools Bash(npm test:*) WebFetch',
    );
  });

  test('asks for hooks only where there are some', () => {
    const line = claudeArguments({ baseEnv: {} }, { ...request, toolHooks: { post: 'true' } }, fresh);
    const settings = JSON.parse(line[line.indexOf('--settings') + 1] ?? '') as { hooks: object };
    expect(Object.keys(settings.hooks)).toEqual(['PostToolUse']);
    expect(line).toContain('--include-hook-events');
  });
});

describe('the environment', () => {
  const baseEnv = {
    PATH: '/bin',
    ANTHROPIC_API_KEY: 'k',
    CLAUDECODE: '1',
    CLAUDE_CODE_SESSION_ID: 'outer',
    GITHUB_TOKEN: 't',
    AWS_REGION: 'r',
  };

  test('holds the settings of the user, nothing of an outer session and no other secret', () => {
    expect(claudeEnvironment({ baseEnv }, request)).toEqual({
      PATH: '/bin',
      ANTHROPIC_API_KEY: 'k',
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      CLAUDE_CODE_MAX_RETRIES: '2',
      ORCHESTRA_STATUS_FILE: '/a/status.json',
    });
  });

  test('claims a sandbox only when told so, and passes what the user adds', () => {
    const environment = claudeEnvironment({ baseEnv, sandboxed: true, allowEnv: ['AWS_*'], maxRetries: 0 }, request);
    expect(environment).toMatchObject({ IS_SANDBOX: '1', AWS_REGION: 'r', CLAUDE_CODE_MAX_RETRIES: '0' });
  });
});

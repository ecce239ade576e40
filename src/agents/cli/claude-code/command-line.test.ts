import { describe, expect, test } from 'vitest';
import { stepCall, stepServices } from '../../../../test/support/step-fixture.ts';
import type { OpenSession } from '../../../engine/ports/agent.ts';
import type { CliAgentOptions, SessionReference } from '../cli-agent.ts';
import { claudeCommandLine } from './command-line.ts';

const request: OpenSession = { sessionId: 's1', cwd: '/project', env: {}, call: stepCall(), services: stepServices() };

function line(
  options: Partial<CliAgentOptions> = {},
  more: Partial<OpenSession> = {},
  session: SessionReference = { kind: 'fresh', id: 'uuid' },
) {
  return claudeCommandLine({
    prompt: 'do it',
    session,
    request: { ...request, ...more },
    options: { baseEnv: {}, ...options },
  });
}

describe('the command line', () => {
  test('starts a fresh session under the given id and continues a known one; the prompt is none of its words', () => {
    const common = ['--print', '--output-format', 'stream-json', '--verbose'];
    const permissions = ['--permission-mode', 'acceptEdits'];
    expect(line().args).toEqual([...common, '--session-id', 'uuid', ...permissions]);
    expect(line({}, {}, { kind: 'known', id: 'uuid' }).args).toEqual([...common, '--resume', 'uuid', ...permissions]);
    expect(line().stdin).toBe('do it');
  });

  test('names model, effort, permissions and allowed tools', () => {
    const options = { permissions: 'full', allowedTools: ['Bash(npm test:*)', 'WebFetch'] } as const;
    expect(line(options, { model: 'opus', reasoningEffort: 'high' }).args.join(' ')).toContain(
      '--model opus --effort high --permission-mode bypassPermissions --allowedTools Bash(npm test:*) WebFetch',
    );
  });

  test('asks for hooks only where there are some', () => {
    const { args } = line({}, { toolHooks: { post: 'true' } });
    const settings = JSON.parse(args[args.indexOf('--settings') + 1] ?? '') as { hooks: object };
    expect(Object.keys(settings.hooks)).toEqual(['PostToolUse']);
    expect(args).toContain('--include-hook-events');
  });

  test('claims a sandbox only when told so, and bounds what the agent repeats by itself', () => {
    expect(line().env).toEqual({ CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1', CLAUDE_CODE_MAX_RETRIES: '2' });
    expect(line({ sandboxed: true, maxRetries: 0 }).env).toMatchObject({
      IS_SANDBOX: '1',
      CLAUDE_CODE_MAX_RETRIES: '0',
    });
  });
});

import { expect, test } from 'vitest';
import { stepCall, stepServices } from '../../../../test/support/step-fixture.ts';
import type { OpenSession } from '../../../engine/ports/agent.ts';
import type { CliAgentOptions, SessionReference } from '../cli-agent.ts';
import { copilotCommandLine } from './command-line.ts';

const request: OpenSession = { sessionId: 's1', cwd: '/project', env: {}, call: stepCall(), services: stepServices() };

function line(
  options: Partial<CliAgentOptions> = {},
  more: Partial<OpenSession> = {},
  session: SessionReference = { kind: 'fresh', id: 'uuid' },
) {
  return copilotCommandLine({
    prompt: 'do it',
    session,
    request: { ...request, ...more },
    options: { baseEnv: {}, ...options },
  });
}

test('a fresh session gets its id, a known one is continued; the prompt is none of its words', () => {
  const common = ['--output-format', 'json', '--no-ask-user', '--no-auto-update', '--no-color'];
  const permissions = ['--disallow-temp-dir', '--allow-tool=write'];
  expect(line()).toEqual({ stdin: 'do it', args: [...common, '--session-id', 'uuid', ...permissions] });
  expect(line({}, {}, { kind: 'known', id: 'uuid' }).args).toEqual([...common, '--resume', 'uuid', ...permissions]);
});

test('names model and effort', () => {
  const { args } = line({}, { model: 'gpt-5.4', reasoningEffort: 'high' });
  expect(args.join(' ')).toContain('--model gpt-5.4 --reasoning-effort high');
});

test('denies what reading needs not, and allows what it is told to', () => {
  expect(line({ permissions: 'read-only' }).args.slice(-2)).toEqual(['--deny-tool=write', '--deny-tool=shell']);
  expect(line({ permissions: 'full' }).args.at(-1)).toBe('--allow-all');
  const rules = ['shell(npm test)', 'url(github.com)'];
  expect(line({ allowedTools: rules }).args.slice(-2)).toEqual(rules.map((rule) => `--allow-tool=${rule}`));
});

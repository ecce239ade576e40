import { expect, test } from 'vitest';
import { stepCall, stepServices } from '../../../../test/support/step-fixture.ts';
import type { OpenSession } from '../../../engine/ports/agent.ts';
import type { SessionReference } from '../cli-agent.ts';
import { codexCommandLine } from './command-line.ts';

const request: OpenSession = { sessionId: 's1', cwd: '/project', env: {}, call: stepCall(), services: stepServices() };
const fresh: SessionReference = { kind: 'fresh' };

test('starts and continues a session; the prompt comes on standard input', () => {
  const turn = { prompt: 'do it', request, options: { baseEnv: {} } };
  const sandbox = ['--config', 'sandbox_mode="workspace-write"', '--config', 'approval_policy="never"'];
  expect(codexCommandLine({ ...turn, session: fresh })).toEqual({
    stdin: 'do it',
    args: ['exec', '--json', '--skip-git-repo-check', ...sandbox, '-'],
  });
  expect(codexCommandLine({ ...turn, session: { kind: 'known', id: 't1' } }).args).toEqual([
    'exec',
    'resume',
    't1',
    '--json',
    '--skip-git-repo-check',
    ...sandbox,
    '-',
  ]);
});

test('names model, effort and what it may do', () => {
  const { args } = codexCommandLine({
    prompt: 'do it',
    session: fresh,
    request: { ...request, model: 'gpt-5.5', reasoningEffort: 'low' },
    options: { baseEnv: {}, permissions: 'full' },
  });
  expect(args.join(' ')).toContain(
    '--model gpt-5.5 --config model_reasoning_effort="low" --dangerously-bypass-approvals-and-sandbox -',
  );
});

import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AgentDetection } from '../../engine/ports/agent.ts';
import { processTable, wasStartedWith } from '../../shared/process/process-table.ts';
import { detectExecutable, type ExecutableQuery } from './executable.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'executable-'))));
afterEach(() => rmSync(folder, { recursive: true }));

function program(script: string): string {
  const path = join(folder, 'agent');
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

const detect = (executable: string, more: Partial<ExecutableQuery> = {}): Promise<AgentDetection> => {
  const env = { PATH: `/no/such:${folder}:/usr/bin:/bin`, MARK: folder };
  return detectExecutable({ executable, env, installHint: 'Install it.', ...more });
};

test('a program on the PATH is found with its version', async () => {
  const path = program('echo "1.2.3-beta.4 (Agent)"');
  expect(await detect('agent')).toEqual({ available: true, path, version: '1.2.3-beta.4' });
  expect(await detect(path)).toMatchObject({ available: true });
  program('echo "The Agent 1.2.3."');
  expect(await detect('agent')).toMatchObject({ version: '1.2.3' });
});

test('a missing program is reported with what to do', async () => {
  expect(await detect('agent')).toEqual({ available: false, reason: 'agent is not on the PATH. Install it.' });
});

describe('what has the right name and cannot be used is not available', () => {
  test.each([
    ['fails', 'exit 3', '--version failed with exit code 3'],
    ['fails and says why', 'echo "no licence" >&2; exit 1', '--version failed with exit code 1: no licence'],
    ['dies', 'kill -SEGV $$', '--version was ended by SIGSEGV'],
    ['hangs, with a child that holds its output', 'sleep 300 & wait', '--version did not answer'],
    ['hangs, deaf to TERM', "trap '' TERM; sleep 300; sleep 300", '--version did not answer'],
  ])('a program that %s', async (_what, script, reason) => {
    const path = program(script);
    expect(await detect('agent', { timeoutMs: 150 })).toMatchObject({
      available: false,
      path,
      reason: expect.stringContaining(reason),
    });
    expect(processTable().filter(({ pid }) => wasStartedWith(pid, `MARK=${folder}`))).toEqual([]);
  });

  test('a program that floods its output while it is asked', async () => {
    program('echo 1.2.3; yes | head -c 30000000; exit 0');
    expect(await detect('agent')).toMatchObject({ available: true, version: '1.2.3' });
  });

  test('a script without its interpreter', async () => {
    writeFileSync(join(folder, 'agent'), '#!/no/such/interpreter\n', { mode: 0o755 });
    const { available, reason } = await detect('agent');
    expect({ available, reason }).toEqual({
      available: false,
      reason: expect.stringMatching(/agent --version cannot be run \(is the interpreter .* installed\?\): .*not found/),
    });
  });

  test('a folder, and a file that is not executable', async () => {
    mkdirSync(join(folder, 'agent'));
    expect(await detect('agent')).toMatchObject({ reason: `${folder}/agent is no program. Install it.` });
    writeFileSync(join(folder, 'other'), '');
    expect(await detect('other')).toMatchObject({ reason: `${folder}/other is not executable. Install it.` });
  });

  test('is passed over where a program of that name comes later on the PATH', async () => {
    mkdirSync(join(folder, 'true'));
    expect(await detect('true')).toMatchObject({
      available: true,
      path: expect.stringMatching(/^\/(usr\/)?bin\/true$/),
    });
  });
});

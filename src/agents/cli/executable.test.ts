import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { detectExecutable } from './executable.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'executable-'))));
afterEach(() => rmSync(folder, { recursive: true }));

function program(script: string): string {
  const path = join(folder, 'agent');
  writeFileSync(path, `#!/bin/sh\n${script}\n`);
  chmodSync(path, 0o755);
  return path;
}

const detect = (executable: string) =>
  detectExecutable({ executable, env: { PATH: `/no/such:${folder}:/usr/bin:/bin` }, installHint: 'Install it.' });

test('a program on the PATH is found with its version', async () => {
  const path = program('echo "1.2.3-beta.4 (Agent)"');
  expect(await detect('agent')).toEqual({ available: true, path, version: '1.2.3-beta.4' });
  expect(await detect(path)).toMatchObject({ available: true });
});

test('a missing program is reported with what to do', async () => {
  expect(await detect('agent')).toEqual({ available: false, reason: 'agent is not on the PATH. Install it.' });
});

test('a program that fails is not available', async () => {
  const path = program('exit 1');
  expect(await detect('agent')).toMatchObject({
    available: false,
    path,
    reason: expect.stringContaining('--version failed'),
  });
});

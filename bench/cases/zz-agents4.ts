import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { detectExecutable } from '../../src/agents/cli/executable.ts';
import { openStandardStreams } from '../../src/shared/process/standard-streams.ts';
import { armGuardian } from '../../src/shared/process/guardian.ts';
import { endGroup } from '../../src/shared/process/end-group.ts';
import { processTable } from '../../src/shared/process/process-table.ts';
import { startGroup } from '../../src/shared/process/process-group.ts';
import { installStub, replayingAgent } from '../measuring/stub-agents.ts';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
const folder = mkdtempSync(join(tmpdir(), 'a4-'));
const env = installStub(folder, replayingAgent(0.01));
const time = async (name: string, f: () => Promise<unknown> | unknown) => {
  const t: number[] = [];
  for (let i = 0; i < 15; i++) {
    const b = performance.now();
    await f();
    t.push(performance.now() - b);
  }
  t.sort((a, b) => a - b);
  console.log(name.padEnd(30), t[0]!.toFixed(1), t[7]!.toFixed(1));
};
await time('spawn claude by hand --version', async () => {
  const c = spawn('claude', ['--version'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  c.stdout.resume();
  c.stderr.resume();
  await once(c, 'close');
});
await time('detect', () => detectExecutable({ executable: 'claude', env, installHint: '' }));
await time('streams', async () => {
  (await openStandardStreams(false)).discard();
});
await time('guardian', async () => {
  (await armGuardian({ pid: 999999, bootId: 'x', startTime: '1', operation: 'x' })).dismiss();
});
await time('process table', () => processTable());
await time('startGroup true', async () => {
  const g = await startGroup({
    command: '/bin/true',
    cwd: '/',
    env,
    operation: 'x/y' + Math.random(),
    signal: new AbortController().signal,
  });
  for await (const _ of g.stdout);
  await g.exited;
});
await time('endGroup gone', () =>
  endGroup({ pid: 999998, bootId: 'x', startTime: '999999999', operation: 'x' }, { patienceMs: 200 }),
);

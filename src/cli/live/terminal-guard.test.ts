import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { expect } from 'vitest';
import { verifies } from '../../../test/support/verifies.ts';

const guard = JSON.stringify(join(import.meta.dirname, 'terminal-guard.ts'));

/** How a process ends that guards a terminal, and what it said. */
async function ending(deed: string) {
  const code = `
    const { guardTerminal } = await import(${guard});
    const stop = guardTerminal({ restore: () => console.log('restored'), continued: () => console.log('continued') });
    ${deed}`;
  const child = spawn(process.execPath, ['--input-type=module', '--eval', code]);
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name].setEncoding('utf8').on('data', (text: string) => (said[name] += text));
  const [exitCode, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve) => {
    child.on('close', (...how) => resolve(how));
  });
  return { exitCode, signal, ...said };
}

/** Long enough for a signal to come. */
const wait = 'setInterval(() => undefined, 1_000);';

verifies('terminal:live:restored', 'the terminal is given back when the process ends by itself', async () => {
  expect(await ending('process.exit(3);')).toMatchObject({ exitCode: 3, stdout: 'restored\n' });
});

verifies('terminal:live:restored', 'and by an error nobody caught, which is still printed', async () => {
  const { exitCode, stdout, stderr } = await ending("setImmediate(() => { throw new Error('a defect'); });");
  expect({ exitCode, stdout: stdout.slice(0, 9) }).toEqual({ exitCode: 1, stdout: 'restored\n' });
  expect(stderr).toContain('a defect');
});

verifies('terminal:live:restored', 'and by a signal, which still ends it', async () => {
  for (const signal of ['SIGHUP', 'SIGQUIT'] as const) {
    expect(await ending(`${wait} process.kill(process.pid, '${signal}');`)).toMatchObject({
      signal,
      stdout: 'restored\n',
    });
  }
});

verifies('terminal:live:restored', 'but not once it has been given back already', async () => {
  expect(await ending('stop();')).toMatchObject({ exitCode: 0, stdout: '' });
});

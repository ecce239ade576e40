import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, expect } from 'vitest';
import { sized } from '../support/size.ts';
import { verifies } from '../support/verifies.ts';

const isFull = sized({ everyday: 0, full: 1 }) === 1;
let clone: string;

/** The environment of a newcomer: nothing of this checkout on the PATH, no npm settings inherited from our own script. */
function newcomer(): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !name.toLowerCase().startsWith('npm_'));
  const path = (process.env['PATH'] ?? '').split(delimiter).filter((folder) => !folder.includes('node_modules'));
  return { ...Object.fromEntries(inherited), PATH: path.join(delimiter) };
}

function execute(program: string, ...args: string[]): string {
  return execFileSync(program, args, {
    cwd: clone,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    env: newcomer(),
  });
}

beforeAll(() => {
  clone = mkdtempSync(join(tmpdir(), 'orchestra-clone-'));
  execFileSync('git', ['clone', '--quiet', '--depth=1', `file://${process.cwd()}`, clone]);
  // Everyday with what `npm ci` has made of the checkout, which in CI is a fresh clone itself.
  if (isFull) execute('npm', 'ci', '--prefer-offline', '--no-audit', '--no-fund');
  else execute('cp', '-a', join(process.cwd(), 'node_modules'), clone);
});

afterAll(() => {
  rmSync(clone, { recursive: true });
});

verifies(
  ['machine:package:no-build', 'machine:quickstart'],
  'a fresh clone runs the quickstart right after `npm ci`, with stdin closed',
  () => {
    const output = execute('npx', 'orchestra', 'run', 'examples/quickstart/quickstart.dot', '--json');
    expect(existsSync(join(clone, 'dist'))).toBe(false);
    expect(JSON.parse(output.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({ type: 'result', status: 'success' });
  },
);

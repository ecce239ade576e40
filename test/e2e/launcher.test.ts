import { spawn, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { transform } from 'esbuild';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { catalogue } from '../../src/shared/error-catalogue.ts';

/** Makes this Node.js report an old version, as far as the launcher can see. */
const preload = (statement: string): string[] => ['--import', `data:text/javascript,${statement}`];
const oldNode = preload('Object.defineProperty(process.versions, "node", { value: "20.19.0" })');
const onWindows = preload('Object.defineProperty(process, "platform", { value: "win32" })');

let project: string;
let launcher: string;

beforeEach(() => {
  project = mkdtempSync(join(tmpdir(), 'orchestra-launcher-'));
  launcher = join(project, 'bin/orchestra.js');
  mkdirSync(join(project, 'bin'));
  cpSync('bin/orchestra.js', launcher);
  writeFileSync(join(project, 'package.json'), '{"type":"module"}');
});

afterEach(() => {
  rmSync(project, { recursive: true });
});

function giveOwnNode(): void {
  mkdirSync(join(project, 'node_modules/node/bin'), { recursive: true });
  symlinkSync(process.execPath, join(project, 'node_modules/node/bin/node'));
}

function writeMain(path: string, body: string): void {
  mkdirSync(join(project, path, '..'), { recursive: true });
  writeFileSync(join(project, path), `export async function main(argv) { ${body} }`);
}

const run = (flags: string[], ...args: string[]) =>
  spawnSync(process.execPath, [...flags, launcher, ...args], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

test('a checkout runs its sources, with the arguments as given', () => {
  writeMain('src/cli/main.ts', 'console.log(JSON.stringify(argv)); process.exitCode = 3;');
  writeMain('dist/cli/main.js', 'console.log("built");');
  const { stdout, status } = run([], 'run', 'a b', 'key=value');
  expect(JSON.parse(stdout)).toEqual(['run', 'a b', 'key=value']);
  expect(status).toBe(3);
});

test('the published package, which has no sources, runs what was built', () => {
  writeMain('dist/cli/main.js', 'console.log("built");');
  expect(run([]).stdout).toBe('built\n');
});

test('an old Node.js hands over to the one beside the checkout and ends with its exit code', () => {
  giveOwnNode();
  writeMain('src/cli/main.ts', 'console.log(process.versions.node, ...argv); process.exitCode = 130;');
  const { stdout, stderr, status } = run(oldNode, 'status', '--json');
  expect({ stdout, stderr, status }).toEqual({
    stdout: `${process.versions.node} status --json\n`,
    stderr: '',
    status: 130,
  });
});

test('as a command, Node.js is told how much room to take, whichever one it is', () => {
  giveOwnNode();
  writeMain('src/cli/main.ts', 'console.log(JSON.stringify([process.execArgv, argv]));');
  const command = spawnSync(launcher, ['a b', '$HOME'], {
    encoding: 'utf8',
    env: { PATH: dirname(process.execPath) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const handedOver = run(oldNode, 'a b', '$HOME');
  for (const { stdout, stderr } of [command, handedOver])
    expect([JSON.parse(stdout), stderr]).toEqual([[['--max-semi-space-size=8'], ['a b', '$HOME']], '']);
});

test('an old Node.js ends with the signal its child ended with', () => {
  giveOwnNode();
  writeMain('src/cli/main.ts', 'process.kill(process.pid, "SIGKILL");');
  expect(run(oldNode).signal).toBe('SIGKILL');
});

test('signals sent to the launcher reach the child', async () => {
  giveOwnNode();
  writeMain(
    'src/cli/main.ts',
    `const timer = setInterval(() => {}, 1000);
     process.on('SIGINT', () => console.log('interrupted'));
     process.on('SIGTERM', () => { clearInterval(timer); process.exitCode = 3; });
     console.log('ready');`,
  );
  const child = spawn(process.execPath, [...oldNode, launcher], { stdio: ['ignore', 'pipe', 'ignore'] });
  const seen: string[] = [];
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    seen.push(chunk);
    if (chunk === 'ready\n') child.kill('SIGINT');
    if (chunk === 'interrupted\n') child.kill('SIGTERM');
  });
  const code = await new Promise((resolve) => child.on('exit', resolve));
  expect({ seen, code }).toEqual({ seen: ['ready\n', 'interrupted\n'], code: 3 });
});

test('killing the launcher ends the child', async () => {
  giveOwnNode();
  writeMain('src/cli/main.ts', 'setInterval(() => {}, 1000); console.log("ready");');
  const child = spawn(process.execPath, [...oldNode, launcher], { stdio: ['ignore', 'pipe', 'ignore'] });
  child.stdout.once('data', () => child.kill('SIGKILL'));
  // The pipe closes only when the grandchild, which inherited it, is gone too.
  await expect(text(child.stdout)).resolves.toBeDefined();
});

test('an old Node.js without a newer one beside it is refused with the hint', () => {
  const { stderr, status } = run(oldNode, 'run', 'x.dot');
  expect(stderr).toBe(
    `error NODE_TOO_OLD: This is Node.js 20.19.0; Orchestra needs version 24 or newer.\nhint: ${catalogue.NODE_TOO_OLD.hint}\n`,
  );
  expect(status).toBe(catalogue.NODE_TOO_OLD.exit);
});

test('Windows is told to use WSL2', () => {
  const { stderr, status } = run(onWindows);
  expect(stderr).toContain(`error PLATFORM_UNSUPPORTED: `);
  expect(stderr).toContain(`hint: ${catalogue.PLATFORM_UNSUPPORTED.hint}\n`);
  expect(status).toBe(catalogue.PLATFORM_UNSUPPORTED.exit);
});

test('the launcher needs no syntax that Node.js 12 lacks', async () => {
  const source = readFileSync('bin/orchestra.js', 'utf8');
  const [lowered, asWritten] = await Promise.all([
    transform(source, { format: 'esm', target: 'node12.22' }),
    transform(source, { format: 'esm', target: 'esnext' }),
  ]);
  expect(lowered.code).toBe(asWritten.code);
});

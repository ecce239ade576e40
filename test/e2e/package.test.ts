import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifies } from '../support/verifies.ts';

const pipeline =
  'digraph Packed { start [shape=Mdiamond] work [prompt="Say hello"] exit [shape=Msquare] start -> work -> exit }';

/** What this checkout has installed. */
const installed = join(import.meta.dirname, '../../node_modules');

/** A project that uses the package as it would come from the registry. */
let project: string;
let packed: readonly string[];

/** Runs a program in the project, with the Node.js of this test first on the PATH and nothing on stdin. */
function execute(program: string, ...args: string[]): string {
  return execFileSync(program, args, {
    cwd: project,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter) },
  });
}

beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), 'orchestra-package-'));
  const report = execFileSync('npm', ['pack', '--json', '--pack-destination', project], { encoding: 'utf8' });
  // The build that npm runs before packing writes to the same stream.
  const [{ filename, files }] = JSON.parse(report.slice(report.indexOf('[\n'))) as [
    { readonly filename: string; readonly files: readonly { readonly path: string }[] },
  ];
  packed = files.map(({ path }) => path);
  writeFileSync(join(project, 'package.json'), '{"name":"user","private":true,"type":"module"}');
  writeFileSync(join(project, 'hello.dot'), pipeline);
  execute('npm', 'install', '--omit=dev', '--prefer-offline', '--no-audit', join(project, filename));
});

afterAll(() => {
  rmSync(project, { recursive: true });
});

test('the package holds the built program, its types and its licences, and no sources or tests', () => {
  expect(packed).toEqual(
    expect.arrayContaining([
      'bin/orchestra.js',
      'dist/index.js',
      'dist/index.d.ts',
      'dist/cli/main.js',
      'CHANGELOG.md',
      'LICENSE',
      'README.md',
      'THIRD-PARTY-NOTICES.md',
    ]),
  );
  expect(packed.filter((path) => /\.test\.|(?<!\.d)\.ts$/.test(path))).toEqual([]);
});

verifies('machine:package:tarball', 'an installed package runs a pipeline from the command line', () => {
  const lines = execute('npx', '--no-install', 'orchestra', 'run', 'hello.dot', '--json', '--backend', 'simulation');
  expect(JSON.parse(lines.trimEnd().split('\n').at(-1) ?? '')).toMatchObject({
    type: 'result',
    status: 'success',
    visited: ['start', 'work', 'exit'],
  });
});

verifies('machine:library:compile-and-run', 'an installed package is a library with types', () => {
  const consumer = `import { compile, run } from 'orchestra-run';\nconsole.log(typeof compile, typeof run);\n`;
  writeFileSync(join(project, 'consumer.ts'), consumer);
  expect(execute('node', 'consumer.ts')).toBe('function function\n');
  execute('node', join(installed, 'typescript/bin/tsc'), ...strictCheck, 'consumer.ts');
});

/** As a user with the types of Node.js installed checks, declarations of packages included. */
const types = ['--types', 'node', '--typeRoots', join(installed, '@types')];
const strictCheck = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2024', '--lib', 'es2024', ...types];

import { execFileSync, spawnSync } from 'node:child_process';
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
  const { status, stdout, stderr } = spawnSync(program, args, {
    cwd: project,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, PATH: [dirname(process.execPath), process.env['PATH']].join(delimiter) },
  });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${status}:\n${stdout}\n${stderr}`);
  return stdout;
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

verifies(
  ['machine:library:compile-and-run', 'machine:library:extensions', 'machine:library:events'],
  'an installed package is a library whose types hold and whose every extension works',
  () => {
    writeFileSync(join(project, 'consumer.ts'), consumer);
    execute('node', join(installed, 'typescript/bin/tsc'), ...strictCheck, 'consumer.ts');
    expect(JSON.parse(execute('node', 'consumer.ts'))).toEqual({
      warned: ['no_owner'],
      visited: ['start', 'count', 'work', 'gate', 'again', 'exit'],
      count: 1,
      response: 'ECHO: REALLY SAY HELLO',
      asked: ['Go on?'],
      events: true,
      unknown: 'RUN_UNKNOWN',
    });
  },
);

/** What a program may do with the library: compile, run, and bring a step, backend, rule, transform and interviewer of its own. */
const consumer = `
import {
  compile, createCallbackInterviewer, defineBackend, defineStep, finding, OrchestraError, placeOf, resume, run,
  stringAttribute, textOf, withAttribute, type Extensions, type LintRule, type RunOptions, type Transform,
} from 'orchestra-run';

const noOwner: LintRule = {
  name: 'no_owner',
  apply: (graph) => (textOf(graph, 'owner') ? [] : [finding('no_owner', 'warning', 'nobody owns it', placeOf(graph))]),
};
const really: Transform = {
  name: 'really',
  apply: (graph) => ({
    ...graph,
    nodes: new Map([...graph.nodes].map(([id, node]) => {
      const prompt = textOf(node, 'prompt');
      if (prompt === undefined) return [id, node];
      const attribute = stringAttribute('prompt', 'Really ' + prompt, 'transform', node.span);
      return [id, { ...node, attributes: withAttribute(node.attributes, attribute) }];
    })),
  }),
};
const asked: string[] = [];
const extensions: Extensions = {
  handlers: {
    counter: defineStep(({ context }) => ({
      status: 'success',
      contextUpdates: { count: Number(context.get('count') ?? 0) + 1 },
    })),
  },
  backends: { echo: defineBackend('echo', async ({ prompt }) => 'echo: ' + (prompt.split('\\n').at(-1) ?? '')) },
  rules: [noOwner],
  transforms: [really],
};
const text = \`digraph Used {
  start [shape=Mdiamond] exit [shape=Msquare]
  count [type="counter"] work [prompt="say hello"] gate [shape=hexagon, label="Go on?"] again [prompt="say hello"]
  start -> count -> work -> gate  gate -> again [label="Yes"]  gate -> exit [label="No"]  again -> exit
}\`;
const source = { path: 'used.dot', text };
const { ok, diagnostics } = await compile(source, { extensions });
if (!ok) throw new Error(JSON.stringify(diagnostics));

const interviewer = createCallbackInterviewer({
  answer: (question) => {
    asked.push(question.text);
    return { kind: 'choice', key: 'Y' };
  },
});
const options: RunOptions = { backend: 'echo', extensions, interviewer };
const started = await run(source, options);
const types: string[] = [];
for await (const event of started.events()) types.push(event.type);
const { status, visited, context } = await started.result;
if (status !== 'success') throw new Error(status);

const unknown = await resume('nothing').catch((error: unknown) => (error instanceof OrchestraError ? error.code : 'other'));
const response = String(context['last_response']).toUpperCase();
const events = types[0] === 'PipelineStarted' && types.at(-1) === 'PipelineCompleted';
console.log(JSON.stringify({ warned: diagnostics.map(({ rule }) => rule), visited, count: context['count'], response, asked, events, unknown }));
`;

/** As a user with the types of Node.js installed checks, declarations of packages included. */
const types = ['--types', 'node', '--typeRoots', join(installed, '@types')];
const strictCheck = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2024', '--lib', 'es2024', ...types];

import { expect, test } from 'vitest';
import { newProject } from '../support/cli.ts';
import { verifies } from '../support/verifies.ts';

/** Tells on stderr of every module as it is loaded. */
const telling = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module';
  import { writeSync } from 'node:fs';
  registerHooks({ load: (url, context, next) => (writeSync(2, 'loads ' + url + '\\n'), next(url, context)) });
`)}`;

/** Modules that take time and that looking at a pipeline or at runs does not need. */
const heavy = {
  journal: /node:sqlite|\/src\/journal\//,
  agents: /\/src\/agents\//,
  runtime: /\/src\/runtime\//,
  contracts: /node_modules\/zod\//,
  yaml: /node_modules\/yaml\//,
  parser: /node_modules\/chevrotain\//,
  templates: /minijinja/,
  layout: /viz-js/,
  completion: /\/src\/cli\/completion\/(?!word\.)/,
} as const;

type Heavy = keyof typeof heavy;

const everything = Object.keys(heavy) as readonly Heavy[];

test.each<[command: string, allowed: readonly Heavy[]]>([
  ['--help', []],
  ['run --help', []],
  ['compile sample.dot', ['parser']],
  ['graph sample.dot', ['parser']],
  ['run sample.dot --dry-run', ['parser', 'contracts', 'templates', 'agents']],
  ['status', ['journal']],
  ['show last', ['journal']],
  ['runs', ['journal']],
  ['logs', ['journal']],
  ['completion bash', ['completion']],
  ['__complete run ', ['completion']],
  ['__complete show ', ['journal', 'completion']],
])('orchestra %s loads nothing heavy but %j', async (command, allowed) => {
  const project = newProject();
  project.write('sample.dot', 'digraph G { start [shape=Mdiamond] exit [shape=Msquare] start -> exit }');
  await project.run(['run', 'sample.dot']);
  const { code, stderr } = await project.run(command.split(' '), { env: { NODE_OPTIONS: `--import ${telling}` } });
  expect(code).toBe(0);
  const loaded = stderr.split('\n').filter((line) => line.startsWith('loads '));
  expect(loaded.length).toBeGreaterThan(10);
  const kinds = everything.filter((kind) => loaded.some((url) => heavy[kind].test(url)));
  expect(kinds.filter((kind) => !allowed.includes(kind))).toEqual([]);
});

verifies('terminal:plain:light', 'a run to no terminal loads nothing of what draws on one', async () => {
  const project = newProject();
  project.write('sample.dot', 'digraph G { start [shape=Mdiamond] exit [shape=Msquare] start -> exit }');
  const { stderr } = await project.run(['run', 'sample.dot'], { env: { NODE_OPTIONS: `--import ${telling}` } });
  expect(stderr).toContain('/src/cli/print/progress.ts');
  expect(stderr).not.toMatch(/\/src\/cli\/live\/(live-view|screen|picture|run-model|keyboard)/);
});

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { CompilationDocument } from '../../src/language/compilation-document.ts';
import { newProject } from '../support/cli.ts';
import { verifies } from '../support/verifies.ts';

const example = (name: string): string =>
  readFileSync(join(import.meta.dirname, `../fixtures/attractor/${name}.dot`), 'utf8');

/** Compiles an example of the Attractor text, by its section. */
async function compileExample(name: string): Promise<CompilationDocument> {
  const project = newProject();
  project.write('example.dot', example(name));
  const compiled = await project.run(['compile', 'example.dot', '--json']);
  expect(compiled).toMatchObject({ code: 0, stderr: '' });
  return compiled.document<CompilationDocument>();
}

describe('compile --json', () => {
  verifies(
    ['machine:compile:document', 'machine:compile:graph', 'machine:compile:set-attributes-only'],
    'prints the linear example of 2.13 as one document, attributes as set',
    async () => {
      expect(await compileExample('2.13-linear')).toEqual({
        ok: true,
        diagnostics: [],
        graph: {
          name: 'Simple',
          attributes: { goal: 'Run tests and report', rankdir: 'LR' },
          nodes: [
            { id: 'start', handler: 'start', attributes: { shape: 'Mdiamond', label: 'Start' }, classes: [] },
            { id: 'exit', handler: 'exit', attributes: { shape: 'Msquare', label: 'Exit' }, classes: [] },
            {
              id: 'run_tests',
              handler: 'codergen',
              attributes: { label: 'Run Tests', prompt: 'Run the test suite and report results' },
              classes: [],
            },
            {
              id: 'report',
              handler: 'codergen',
              attributes: { label: 'Report', prompt: 'Summarize the test results' },
              classes: [],
            },
          ],
          edges: [
            { from: 'start', to: 'run_tests', attributes: {} },
            { from: 'run_tests', to: 'report', attributes: {} },
            { from: 'report', to: 'exit', attributes: {} },
          ],
        },
      });
    },
  );

  test('default blocks reach the nodes of the branching example of 2.13, and edges keep their conditions', async () => {
    const { diagnostics, graph } = await compileExample('2.13-branching');
    expect(diagnostics.map(({ rule, severity }) => [rule, severity])).toEqual([['loop_without_bound', 'info']]);
    expect(graph?.nodes.find(({ id }) => id === 'plan')).toEqual({
      id: 'plan',
      handler: 'codergen',
      attributes: { shape: 'box', timeout: '900s', label: 'Plan', prompt: 'Plan the implementation' },
      classes: [],
    });
    expect(graph?.nodes.map(({ id, handler }) => [id, handler])).toContainEqual(['gate', 'conditional']);
    expect(graph?.edges.slice(-2)).toEqual([
      { from: 'gate', to: 'exit', attributes: { label: 'Yes', condition: 'outcome=success' } },
      { from: 'gate', to: 'implement', attributes: { label: 'No', condition: 'outcome!=success' } },
    ]);
  });

  test('nodes that the human gate of 2.13 only names in edges are codergen nodes', async () => {
    const { diagnostics, graph } = await compileExample('2.13-human-gate');
    expect(diagnostics.map(({ rule, severity }) => [rule, severity])).toEqual([
      ['prompt_on_llm_nodes', 'warning'],
      ['prompt_on_llm_nodes', 'warning'],
    ]);
    expect(graph?.nodes.map(({ id, handler }) => [id, handler])).toEqual([
      ['start', 'start'],
      ['exit', 'exit'],
      ['review_gate', 'wait.human'],
      ['ship_it', 'codergen'],
      ['fixes', 'codergen'],
    ]);
  });

  test('the stylesheet of 8.6 gives each node the models the text says', async () => {
    const { graph } = await compileExample('8.6-stylesheet');
    const models = graph?.nodes.map(({ id, attributes }) => [id, attributes['llm_model'], attributes['llm_provider']]);
    expect(models).toEqual(
      expect.arrayContaining([
        ['plan', 'claude-sonnet-4-5', 'anthropic'],
        ['implement', 'claude-opus-4-6', 'anthropic'],
        ['critical_review', 'gpt-5.2', 'openai'],
      ]),
    );
    expect(graph?.nodes.find(({ id }) => id === 'critical_review')).toMatchObject({
      attributes: { reasoning_effort: 'high', class: 'code' },
      classes: ['code'],
    });
  });

  test('the smoke test of 11.13 has 5 nodes, 6 edges, no errors and its goal in the prompt', async () => {
    const { diagnostics, graph } = await compileExample('11.13-smoke-test');
    expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect([graph?.nodes.length, graph?.edges.length]).toEqual([5, 6]);
    expect(graph?.nodes.find(({ id }) => id === 'plan')?.attributes['prompt']).toBe(
      'Plan how to create a hello world script for: Create a hello world Python script',
    );
  });

  verifies(
    ['machine:compile:diagnostic', 'machine:compile:exit-code', 'machine:exit:failed'],
    'tells every error of a file with its place and a hint, and ends with 1',
    async () => {
      const project = newProject();
      project.write(
        'broken.dot',
        `digraph Broken {
    start [shape=Mdiamond]
    work [prompt="x" timeout=]
    work -> nowhere [condition="outcome="]
    start -> work
}
`,
      );
      const compiled = await project.run(['compile', 'broken.dot', '--json']);
      expect(compiled.code).toBe(1);
      const { ok, diagnostics } = compiled.document<CompilationDocument>();
      expect(ok).toBe(false);
      const errors = diagnostics.filter(({ severity }) => severity === 'error');
      expect(errors.map(({ rule, line, column }) => [rule, line, column])).toEqual([
        ['dot_syntax', 3, 22],
        ['dot_syntax', 3, 30],
      ]);
      for (const error of errors) {
        expect(error).toMatchObject({ file: 'broken.dot', message: expect.any(String), hint: expect.any(String) });
      }
    },
  );

  verifies('machine:compile:null-graph', 'a file that is no graph at all has `graph: null`', async () => {
    const project = newProject();
    project.write('shopping.dot', 'milk, bread\n');
    const compiled = await project.run(['compile', 'shopping.dot', '--json']);
    expect(compiled.code).toBe(1);
    expect(compiled.document()).toMatchObject({ ok: false, graph: null });
  });

  verifies(
    ['machine:compile:unreadable-file', 'machine:exit:usage'],
    'a file that cannot be read ends with 2, and stdout holds the error as JSON',
    async () => {
      const project = newProject();
      for (const file of ['absent.dot', '.']) {
        const compiled = await project.run(['compile', file, '--json']);
        expect(compiled.code).toBe(2);
        expect(compiled.document()).toMatchObject({ type: 'error', code: 'FILE_UNREADABLE' });
        expect(compiled.stderr).toContain(file);
      }
    },
  );

  verifies('lint:own:lenient', 'habits of Graphviz are read with --lenient, to compile and to run', async () => {
    const project = newProject();
    project.write('habits.dot', 'strict digraph { "start" -> "end" [color="red" weight=1] }');
    const compiled = (...flags: string[]) => project.run(['compile', 'habits.dot', '--json', ...flags]);
    const [strict, lenient] = await Promise.all([compiled(), compiled('--lenient')]);
    expect([strict.code, lenient.code]).toEqual([1, 0]);
    expect(lenient.document()).toMatchObject({ graph: { edges: [{ from: 'start', to: 'end' }] } });
    const ran = await project.run(['run', 'habits.dot', '--lenient', '--json']);
    expect(ran.result()).toMatchObject({ status: 'success', visited: ['start', 'end'] });
  });

  test('extensions are refused with --attractor-only', async () => {
    const project = newProject();
    project.write('extended.dot', example('2.13-linear').replace('rankdir=LR', 'simulate=allowed'));
    const [lenient, strict] = await Promise.all([
      project.run(['compile', 'extended.dot', '--json']),
      project.run(['compile', 'extended.dot', '--json', '--attractor-only']),
    ]);
    expect([lenient.code, strict.code]).toEqual([0, 1]);
  });
});

test('the pipeline in the README compiles without a finding', async () => {
  const project = newProject();
  const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8');
  project.write('readme.dot', /```dot\n(.*?)```/s.exec(readme)?.[1] ?? '');
  const { diagnostics, graph } = (
    await project.run(['compile', 'readme.dot', '--json'])
  ).document<CompilationDocument>();
  expect(diagnostics).toEqual([]);
  expect(graph?.name).toBe('Feature');
});

describe('compile for people', () => {
  test('prints diagnostics with their places, then the nodes with their handlers', async () => {
    const project = newProject();
    project.write('example.dot', example('2.13-human-gate'));
    const { code, stdout, stderr } = await project.run(['compile', 'example.dot']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatchInlineSnapshot(`
      "example.dot:14:20 warning ship_it has neither prompt nor label: its id would be the whole prompt [prompt_on_llm_nodes]
          Add \`prompt="..."\`.
      example.dot:15:20 warning fixes has neither prompt nor label: its id would be the whole prompt [prompt_on_llm_nodes]
          Add \`prompt="..."\`.
      0 errors, 2 warnings
      Review: 5 nodes, 5 edges
        start        start
        exit         exit
        review_gate  wait.human
        ship_it      codergen
        fixes        codergen
      "
    `);
  });

  test('says what is wrong and what to do', async () => {
    const project = newProject();
    project.write('broken.dot', 'digraph G { start [shape=Mdiamond] start -> work }');
    const { code, stdout } = await project.run(['compile', 'broken.dot']);
    expect(code).toBe(1);
    expect(stdout).toMatchInlineSnapshot(`
      "broken.dot:1:1 error there is no exit node [terminal_node]
          Add \`exit [shape=Msquare]\` and an edge to it.
      broken.dot:1:36 error the edge from start to work names work, which is no node [edge_target_exists]
          Add a statement for the node: \`work [label="..."]\`.
      broken.dot:1:45 warning work has neither prompt nor label: its id would be the whole prompt [prompt_on_llm_nodes]
          Add \`prompt="..."\`.
      2 errors, 1 warning
      "
    `);
  });

  test('leaves nothing behind in the folder', async () => {
    const project = newProject();
    project.write('example.dot', example('2.13-linear'));
    await project.run(['compile', 'example.dot']);
    expect(project.has('.orchestra')).toBe(false);
  });
});

import { describe, expect, it } from 'vitest';
import { verifies } from '../../test/support/verifies.ts';
import { fromBundle } from './bundle/from-bundle.ts';
import { compilationDocument } from './compilation-document.ts';
import { compile, type CompileOptions } from './compile.ts';
import { stringAttribute, textOf, withAttribute } from './graph/attributes.ts';
import { finding, placeOf } from './graph/place.ts';

/** Compiles `main.dot` out of a set of files; paths are taken as written. */
function compileFiles(files: Readonly<Record<string, string>>, options: Partial<CompileOptions> = {}) {
  const readFile = async (path: string) => (files[path] === undefined ? undefined : { path, text: files[path] });
  return compile({ path: 'main.dot', text: files['main.dot'] ?? '' }, { readFile, ...options });
}

const whole = 'start [shape=Mdiamond]\nexit [shape=Msquare]\na [prompt="Do $goal"]\nstart -> a -> exit';

describe('compile (3.1, 9.1)', () => {
  verifies(['transform:order', 'stylesheet:before-validation'], 'transforms before it validates', async () => {
    const text = `digraph G { goal="it"; model_stylesheet="* { llm_model: m }"\n${whole} }`;
    const seen: (string | undefined)[] = [];
    const { ok, graph } = await compileFiles(
      { 'main.dot': text },
      {
        rules: [
          {
            name: 'spy',
            apply(validated) {
              const node = validated.nodes.get('a') ?? validated;
              seen.push(textOf(node, 'prompt'), textOf(node, 'llm_model'), textOf(validated, 'added'));
              return [];
            },
          },
        ],
        transforms: [
          {
            name: 'add',
            apply: (given) => ({
              ...given,
              attributes: withAttribute(given.attributes, stringAttribute('added', 'yes', 'transform', given.span)),
            }),
          },
        ],
      },
    );
    expect(ok).toBe(true);
    expect(seen).toEqual(['Do it', 'm', 'yes']);
    expect(graph && textOf(graph, 'added')).toBe('yes');
  });

  verifies('lint:validate', 'sorts diagnostics by place and reports each once', async () => {
    const rules = [1, 2].map(() => ({
      name: 'last',
      apply: (graph: Parameters<typeof placeOf>[0] & { kind: 'graph' }) => [
        finding('last', 'info', 'first place', placeOf(graph)),
      ],
    }));
    const { diagnostics } = await compileFiles(
      { 'main.dot': `digraph G {\n${whole}\na [timeout="x"]\nb [prompt=p]\n}` },
      { rules },
    );
    expect(diagnostics.map(({ rule, line }) => [rule, line])).toEqual([
      ['last', 1],
      ['duration_value', 6],
      ['reachability', 7],
    ]);
  });

  it('gives no graph and no lint findings for a text that cannot be read', async () => {
    const result = await compileFiles({ 'main.dot': 'digraph G { a -- b' });
    expect(result).toMatchObject({ ok: false, graph: undefined, bundle: undefined });
    expect(new Set(result.diagnostics.map(({ rule }) => rule))).toEqual(new Set(['dot_syntax']));
  });

  verifies('diagnostic:severity', 'keeps the graph but makes no bundle when lint finds errors', async () => {
    const result = await compileFiles({ 'main.dot': 'digraph G { a [prompt=p] }' });
    expect(result.ok).toBe(false);
    expect(result.graph?.nodes.size).toBe(1);
    expect(result.bundle).toBeUndefined();
  });

  it('finds places inside strings also behind a byte order mark', async () => {
    const { diagnostics } = await compileFiles({
      'main.dot': `\uFEFFdigraph G {\n${whole}\na -> exit [condition="b=1"]\n}`,
    });
    expect(diagnostics).toMatchObject([{ rule: 'condition_syntax', line: 6, column: 23 }]);
  });

  verifies('lint:own:lenient', 'reads the habits of Graphviz when asked to, in child pipelines too', async () => {
    const child = 'child [type=sub_pipeline sub_pipeline.dotfile="c.dot"]\na -> child -> exit';
    const files = { 'main.dot': `digraph {\n${whole}\n${child}\n}`, 'c.dot': `strict digraph C {\n${whole}\n}` };
    expect((await compileFiles(files)).ok).toBe(false);
    const { ok, graph, diagnostics } = await compileFiles(files, { lenient: true });
    expect(ok).toBe(true);
    expect([...(graph?.nodes.keys() ?? [])]).toEqual(['start', 'exit', 'a', 'child']);
    expect(diagnostics.map(({ file, line, rule, severity }) => [file, line, rule, severity])).toEqual([
      ['c.dot', 1, 'graphviz_habit', 'warning'],
      ['main.dot', 1, 'graphviz_habit', 'warning'],
      ['main.dot', 6, 'graphviz_habit', 'warning'],
    ]);
  });

  verifies('lint:own:attractor-only', 'refuses our extensions when asked to', async () => {
    const files = { 'main.dot': `digraph G {\n${whole}\na -> a [condition="outcome=fail", max_visits=3]\n}` };
    expect((await compileFiles(files)).ok).toBe(true);
    const { ok, diagnostics } = await compileFiles(files, { attractorOnly: true });
    expect(ok).toBe(false);
    expect(diagnostics).toMatchObject([{ rule: 'attractor_only', severity: 'error', line: 6, edge: ['a', 'a'] }]);
  });
});

describe('child pipelines (4.11, 9.4)', () => {
  const calling = (path: string) =>
    `digraph G {\n${whole}\nchild [type=sub_pipeline, sub_pipeline.dotfile="${path}"]\na -> child -> exit\n}`;

  it('are compiled and bundled by the path written', async () => {
    const { ok, bundle } = await compileFiles({
      'main.dot': calling('c.dot'),
      'c.dot': `digraph Child { goal="g"\n${whole} }`,
    });
    expect(ok).toBe(true);
    const child = fromBundle(bundle).children.get('c.dot')?.graph;
    expect(child?.name).toBe('Child');
    expect(textOf(child?.nodes.get('a') ?? { attributes: new Map() }, 'prompt')).toBe('Do g');
  });

  it('bring their diagnostics with their own file, and their errors count', async () => {
    const { ok, diagnostics, bundle } = await compileFiles({
      'main.dot': calling('c.dot'),
      'c.dot': 'digraph Child {\n start -> a [condition="x"]\n a -> exit }',
    });
    expect(ok).toBe(false);
    expect(bundle).toBeUndefined();
    expect(diagnostics.map(({ file, rule }) => [file, rule])).toEqual([
      ['c.dot', 'prompt_on_llm_nodes'],
      ['c.dot', 'condition_syntax'],
    ]);
  });

  it('that are missing are an error where they are named, of a node and of the graph', async () => {
    const { diagnostics } = await compileFiles({
      'main.dot': calling('none.dot').replace('{', '{ graph [stack.child_dotfile="gone.dot"]'),
    });
    expect(diagnostics).toMatchObject([
      { rule: 'child_file_exists', severity: 'error', line: 1 },
      { rule: 'child_file_exists', severity: 'error', line: 6, node: 'child' },
    ]);
  });

  it('that contain themselves are an error with the whole circle', async () => {
    const { ok, diagnostics } = await compileFiles({
      'main.dot': calling('b.dot'),
      'b.dot': calling('c.dot'),
      'c.dot': calling('b.dot'),
    });
    expect(ok).toBe(false);
    expect(diagnostics).toMatchObject([
      { rule: 'child_cycle', file: 'c.dot', message: expect.stringContaining('b.dot -> c.dot -> b.dot') },
    ]);
  });

  it('named by several files are read through their own folder and compiled once', async () => {
    const asked: string[] = [];
    const files: Readonly<Record<string, string>> = {
      'main.dot': calling('b.dot').replace(
        'exit\n}',
        'exit\nother [type=sub_pipeline, sub_pipeline.dotfile="c.dot"]\na -> other -> exit\n}',
      ),
      'b.dot': calling('c.dot'),
      'c.dot': `digraph C {\n${whole}\n}`,
    };
    const { ok } = await compileFiles(files, {
      readFile: async (path, from) => {
        asked.push(`${from} ${path}`);
        return { path, text: files[path] ?? '' };
      },
    });
    expect(ok).toBe(true);
    expect(asked).toEqual(['main.dot b.dot', 'b.dot c.dot', 'main.dot c.dot']);
  });
});

describe('the parity matrix (11.12) and the example of 8.6', () => {
  const rulesAbout = async (text: string) =>
    (await compileFiles({ 'main.dot': text })).diagnostics.map(({ rule, severity, node }) => [rule, severity, node]);

  verifies('parity:validate-no-start', 'a missing start node is an error', async () => {
    expect(await rulesAbout('digraph G { a [prompt=p]; exit [shape=Msquare]; a -> exit }')).toEqual([
      ['start_node', 'error', undefined],
    ]);
  });

  verifies('parity:validate-no-exit', 'a missing exit node is an error', async () => {
    expect(await rulesAbout('digraph G { start [shape=Mdiamond]; a [prompt=p]; start -> a }')).toEqual([
      ['terminal_node', 'error', undefined],
    ]);
  });

  verifies('parity:validate-orphan', 'an orphan node is an error, as 7.2 has it', async () => {
    expect(await rulesAbout(`digraph G {\n${whole}\norphan [prompt=p] }`)).toEqual([
      ['reachability', 'error', 'orphan'],
    ]);
  });

  verifies(
    ['parity:stylesheet-by-shape', 'parity:goal-expansion'],
    'a model is set by shape, and $goal expanded',
    async () => {
      const { graph } = await compileFiles({
        'main.dot': `digraph G { goal="it"; model_stylesheet="box { llm_model: m }"\n${whole} }`,
      });
      const node = graph?.nodes.get('a');
      expect(node && [textOf(node, 'llm_model'), textOf(node, 'prompt')]).toEqual(['m', 'Do it']);
    },
  );

  verifies(
    ['example:8.6', 'stylesheet:before-validation', 'attr:graph:model_stylesheet'],
    'every node of 8.6 gets the model, provider and effort its text names',
    async () => {
      const { ok, graph } = await compileFiles({
        'main.dot': `digraph Pipeline {
        graph [
          goal="Implement feature X",
          model_stylesheet="
            * { llm_model: claude-sonnet-4-5; llm_provider: anthropic; }
            .code { llm_model: claude-opus-4-6; llm_provider: anthropic; }
            #critical_review { llm_model: gpt-5.2; llm_provider: openai; reasoning_effort: high; }
          "
        ]
        start [shape=Mdiamond]
        exit  [shape=Msquare]
        plan            [label="Plan", class="planning"]
        implement       [label="Implement", class="code"]
        critical_review [label="Critical Review", class="code"]
        start -> plan -> implement -> critical_review -> exit
      }`,
      });
      const propertiesOf = (id: string) =>
        ['llm_model', 'llm_provider', 'reasoning_effort'].map((key) =>
          textOf(graph?.nodes.get(id) ?? { attributes: new Map() }, key),
        );
      expect(ok).toBe(true);
      expect(['plan', 'implement', 'critical_review'].map(propertiesOf)).toEqual([
        ['claude-sonnet-4-5', 'anthropic', undefined],
        ['claude-opus-4-6', 'anthropic', undefined],
        ['gpt-5.2', 'openai', 'high'],
      ]);
    },
  );
});

describe('the compilation document', () => {
  verifies(
    ['machine:compile:graph', 'machine:compile:set-attributes-only', 'machine:compile:diagnostic', 'diagnostic:fields'],
    'has exactly the shape other programs rely on',
    async () => {
      const text = `digraph G { goal="it"; rankdir=LR\nnode [timeout=900s]\nstart [shape=Mdiamond]\na [prompt="Do $goal", max_retries=2, goal_gate=true, retry_target=a, class="x"]\nexit [shape=Msquare]\nstart -> a -> exit [weight=2]\na -> a [condition="outcome=fail"] }`;
      const document = compilationDocument(await compileFiles({ 'main.dot': text }));
      expect(JSON.parse(JSON.stringify(document))).toEqual({
        ok: true,
        diagnostics: [
          {
            rule: 'loop_without_bound',
            severity: 'info',
            message: expect.any(String),
            file: 'main.dot',
            line: 7,
            column: 1,
            edge: ['a', 'a'],
            hint: expect.any(String),
          },
        ],
        graph: {
          name: 'G',
          attributes: { goal: 'it', rankdir: 'LR' },
          nodes: [
            { id: 'start', handler: 'start', attributes: { timeout: '900s', shape: 'Mdiamond' }, classes: [] },
            {
              id: 'a',
              handler: 'codergen',
              attributes: {
                timeout: '900s',
                prompt: 'Do it',
                max_retries: 2,
                goal_gate: true,
                retry_target: 'a',
                class: 'x',
              },
              classes: ['x'],
            },
            { id: 'exit', handler: 'exit', attributes: { timeout: '900s', shape: 'Msquare' }, classes: [] },
          ],
          edges: [
            { from: 'start', to: 'a', attributes: { weight: 2 } },
            { from: 'a', to: 'exit', attributes: { weight: 2 } },
            { from: 'a', to: 'a', attributes: { condition: 'outcome=fail' } },
          ],
        },
      });
    },
  );

  verifies(
    'machine:compile:null-graph',
    'has no graph for a text that cannot be read, and names custom handlers',
    async () => {
      expect(compilationDocument(await compileFiles({ 'main.dot': '' }))).toMatchObject({ ok: false, graph: null });
      const customTypes = new Set(['deploy']);
      const result = await compileFiles({ 'main.dot': `digraph G {\n${whole}\na [type=deploy]\n}` }, { customTypes });
      expect(compilationDocument(result, customTypes).graph?.nodes[2]?.handler).toBe('deploy');
    },
  );
});

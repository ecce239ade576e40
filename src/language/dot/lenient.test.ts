import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { verifies } from '../../../test/support/verifies.ts';
import type { Graph } from '../graph/graph.ts';
import { sized } from '../../../test/support/size.ts';
import { toBundle } from '../bundle/to-bundle.ts';
import { formatDot } from './format-dot.ts';
import { printDot } from './print-dot.ts';
import { readDot } from './read-dot.ts';
import { applyEdits } from './text-edits.ts';

const strictly = (text: string) => readDot({ path: 'a.dot', text });
const leniently = (text: string) => readDot({ path: 'a.dot', text }, { lenient: true });

/** The graph of a text that is refused as it stands; each place it is refused for is a warning now. */
function read(text: string): Graph {
  const { graph, diagnostics } = leniently(text);
  const refused = strictly(text);
  expect(refused.graph).toBeUndefined();
  expect(diagnostics.map(({ line, column, message }) => [line, column, message])).toEqual(
    refused.diagnostics.map(({ line, column, message }) => [line, column, message]),
  );
  expect(new Set(diagnostics.map(({ rule, severity }) => `${severity} ${rule}`))).toEqual(
    new Set(['warning graphviz_habit']),
  );
  expect(toBundle(strictly(repaired(text)).graph!)).toEqual(toBundle(graph!));
  return graph!;
}

/** The text with the edits of all diagnostics made. */
const repaired = (text: string): string => applyEdits(text, leniently(text).edits);

/** Nodes, edges and attributes as one text. */
const meaning = (text: string): string => printDot(read(text));
const standard = (body: string, name = 'G'): string => printDot(strictly(`digraph ${name} { ${body} }`).graph!);

describe('read leniently (semantics.md, Language)', () => {
  verifies('lint:own:lenient', 'the header of Graphviz is understood', () => {
    expect(meaning('strict digraph H { a -> b }')).toBe(standard('a -> b', 'H'));
    expect(meaning('DiGraph H { a }')).toBe(standard('a', 'H'));
    expect(meaning('digraph { a }')).toBe(standard('a'));
    expect(meaning('digraph "My pipeline" { a }')).toBe(standard('label="My pipeline" a', 'My_pipeline'));
    expect(meaning('digraph my-pipeline { label="Mine" a }')).toBe(standard('label="Mine" a', 'my_pipeline'));
  });

  verifies('lint:own:lenient', 'so are its attribute blocks, with any separators or none', () => {
    const expected = standard('a [x=1, y="two"]');
    for (const block of [
      '[x=1 y="two"]',
      '[x=1; y="two";]',
      '[x=1, y="two",]',
      '[x=1] [y="two"]',
      '["x"=1, y="two"]',
    ]) {
      expect(meaning(`digraph G { a ${block} }`)).toBe(expected);
    }
    expect(meaning('digraph G { a [] }')).toBe(standard('a'));
    expect(meaning('digraph G { "rankdir"=LR a }')).toBe(standard('rankdir=LR a'));
  });

  verifies('lint:own:lenient', 'so are quoted ids, numbers, other alphabets and ports', () => {
    expect(meaning('digraph G { "plan" -> build "plan" [x=1] }')).toBe(standard('plan [x=1] plan -> build'));
    expect(meaning('digraph G { 1 -> "two words" -> größe my-node }')).toBe(
      standard(
        'node_1 [label="1"] two_words [label="two words"] gro_e [label="größe"] my_node [label="my-node"] ' +
          'node_1 -> two_words -> gro_e',
      ),
    );
    expect(meaning('digraph G { a:south -> b:n:w }')).toBe(standard('a -> b'));
  });

  verifies('lint:own:lenient', 'a name that becomes an id stays the label, and what names the node follows', () => {
    expect(meaning('digraph G { a [retry_target="run-it"] a -> "run-it" "run-it" [shape=box] }')).toBe(
      standard('a [retry_target="run_it"] run_it [shape=box, label="run-it"] a -> run_it'),
    );
    expect(meaning('digraph G { "run-it" [label="Run"] gate [human.default_choice="run-it"] }')).toBe(
      standard('run_it [label="Run"] gate [human.default_choice="run_it"]'),
    );
    expect([...read('digraph G { "a b" -> a_b -> "a-b" -> "node" }').nodes.keys()]).toEqual([
      'a_b_2',
      'a_b',
      'a_b_3',
      'node_1',
    ]);
  });

  verifies('lint:own:lenient', 'edges of groups are edges of each of their nodes', () => {
    expect(meaning('digraph G { a -> {b; "c"} -> d [weight=1] }')).toBe(
      standard('a -> b [weight=1] a -> c [weight=1] b -> d [weight=1] c -> d [weight=1]'),
    );
    expect(meaning('digraph G { {a, b} -> c }')).toBe(standard('a -> c b -> c'));
  });

  verifies(
    'lint:own:lenient',
    'joined strings, words without quotes and the arrows of other languages are read',
    () => {
      expect(meaning('digraph G { goal="one " + "two" a [model=gpt/4, x=#fff] a => b --> c }')).toBe(
        standard('goal="one two" a [model="gpt/4", x="#fff"] a -> b -> c'),
      );
      expect(meaning('digraph G { stack.child_dotfile="c.dot"\n\u00a0a;\n; b }')).toBe(
        standard('graph [stack.child_dotfile="c.dot"] a b'),
      );
    },
  );

  verifies('lint:own:lenient', 'so are groups in bare braces, comments with # and escapes for drawing', () => {
    expect(meaning('digraph G { {rank=same; a; b} a -> b }')).toBe(standard('a b a -> b'));
    expect(meaning('digraph G {\n# a remark\na }')).toBe(standard('a'));
    expect(
      read(String.raw`digraph G { a [label="left\lright\r"] }`)
        .nodes.get('a')!
        .attributes.get('label')!.value,
    ).toEqual({
      kind: 'string',
      text: String.raw`left\lright\r`,
    });
  });

  verifies('lint:own:lenient', 'so are the short names of properties in stylesheets', () => {
    const sheet = String.raw`"* { model: a; } .b {\n provider: \"; model: x\"; llm_model: model; }"`;
    const text = `digraph G { model_stylesheet=${sheet} graph [model_stylesheet=${sheet}, label="{model: x}"] }`;
    expect(strictly(text).diagnostics).toEqual([]);
    const { graph, diagnostics } = leniently(text);
    expect(diagnostics.map(({ column, message }) => [column, message])).toEqual([
      [35, '`model` is not a property of a stylesheet'],
      [54, '`provider` is not a property of a stylesheet'],
      [130, '`model` is not a property of a stylesheet'],
      [149, '`provider` is not a property of a stylesheet'],
    ]);
    expect(graph!.attributes.get('model_stylesheet')!.value.text).toBe(
      '* { llm_model: a; } .b {\n llm_provider: "; model: x"; llm_model: model; }',
    );
    expect(toBundle(strictly(repaired(text)).graph!)).toEqual(toBundle(graph!));
  });

  verifies('lint:own:lenient', 'an HTML label is read as its text', () => {
    const graph = read('digraph G { a [label=<<b>Run</b> the<br/>tests>, x=1] }');
    expect(graph.nodes.get('a')!.attributes.get('label')!.value).toEqual({ kind: 'string', text: 'Run the tests' });
    expect(graph.nodes.get('a')!.attributes.has('x')).toBe(true);
  });

  const uncertain = [
    ['undirected graphs', 'graph G { a -- b }'],
    ['undirected edges', 'digraph G { a -- b }'],
    ['edges of groups with more than ids', 'digraph G { a -> {b [x=1] c} }'],
    ['groups that make very many edges', `digraph G { {${'a '.repeat(11)}} -> {${'b '.repeat(11)}} }`],
    ['keywords as ids', 'digraph G { a -> node }'],
    ['single quotes', "digraph G { a [label='b'] }"],
    ['curly quotes', 'digraph G { a [label=\u201cb\u201d] }'],
    ['conditions without quotes', 'digraph G { a -> b [condition=outcome=success] }'],
    ['hyphens in keys', 'digraph G { a [max-retries=1] }'],
    ['text without quotes', 'digraph G { a [label=two words] }'],
    ['what is never closed', 'digraph G { a [x="b }'],
    ['a second graph', 'digraph G { a } digraph H { b }'],
  ] as const;

  verifies('lenient:certain', 'what could mean two things stays an error, with a hint', () => {
    for (const [what, text] of uncertain) {
      const { graph, diagnostics } = leniently(text);
      expect({ what, graph }).toEqual({ what, graph: undefined });
      expect(diagnostics.find(({ severity }) => severity === 'error')?.hint).toMatch(/\.$/);
    }
  });

  test('a text of the subset means the same, without a warning', () => {
    const text = 'digraph G { graph [goal="g"] node [x=1] a -> b -> c [label="l"] subgraph { label="L" d } }';
    expect(leniently(text)).toEqual(strictly(text));
  });

  verifies(
    ['lenient:edits', 'fmt:lenient'],
    'no text is read otherwise because of it; repaired, it says the same and is read strictly',
    () => {
      const accepted = { count: 0 };
      fc.assert(
        fc.property(habits, (text) => {
          const strict = strictly(text);
          const lenient = leniently(text);
          if (strict.graph) expect(lenient).toEqual(strict);
          expect(lenient.graph === undefined).toBe(lenient.diagnostics.some(({ severity }) => severity === 'error'));
          if (!lenient.graph) return;
          accepted.count += 1;
          const again = strictly(repaired(text));
          expect(again.diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
          expect(toBundle(again.graph!)).toEqual(toBundle(lenient.graph));
          const formatted = formatDot({ path: 'a.dot', text }, { lenient: true }).text!;
          expect(commentCount(formatted)).toBe(commentCount(text));
          expect(formatDot({ path: 'a.dot', text: formatted }).text).toBe(formatted);
        }),
        { seed: 6, numRuns: sized({ everyday: 1_500, full: 100_000 }) },
      );
      expect(accepted.count).toBeGreaterThan(200);
    },
  );
});

const commentCount = (text: string): number => text.match(/(?:#|\/\/|\/\*) c/g)?.length ?? 0;

const name = fc.constantFrom('a', 'b', 'a_b', '"a b"', 'a-b', '"a"', '1', '2nd', 'größe', 'b:n', '"node"', 'a.b');
const gap = fc.constantFrom(' ', ' ', ' ', '\n', ' /* c */ ', ' // c\n', ' # c\n', '\u00a0');
const spaced = (parts: readonly fc.Arbitrary<string>[]): fc.Arbitrary<string> =>
  fc
    .tuple(fc.tuple(...parts), fc.array(gap, { minLength: parts.length, maxLength: parts.length }))
    .map(([words, gaps]) => words.map((word, index) => word + gaps[index]).join(''));
const literal = fc.constantFrom(
  '1',
  'box',
  '"two words"',
  '"a" + "b"',
  '"C:\\dir"',
  '<<b>x</b>>',
  'gpt/4',
  '"a b"',
  '"a-b"',
);
const key = fc.constantFrom('x', '"y"', 'label', '"a.b"', 'retry_target', 'human.default_choice');
const pair = spaced([key, fc.constant('='), literal, fc.constantFrom('', ',', ',', ';', ',,', ';,')]);
const block = fc
  .tuple(fc.constantFrom('', '', ',', ';'), fc.array(pair, { maxLength: 3 }))
  .map(([first, pairs]) => `[${first}${pairs.join('')}]`);
const blocks = fc.array(block, { maxLength: 2 }).map((each) => each.join(' '));
const group = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => `{ ${names.join('; ')} }`);
const end = fc.oneof({ weight: 4, arbitrary: name }, group);
const arrow = fc.constantFrom('->', '->', '=>', '-->');
const semicolon = fc.constantFrom('', '', ';', ';;');
const statement: fc.Arbitrary<string> = fc.oneof(
  spaced([name, blocks, semicolon]),
  spaced([end, arrow, end, blocks, semicolon]),
  spaced([end, arrow, end, arrow, end, semicolon]),
  spaced([fc.constantFrom('graph', 'node', 'edge'), block, semicolon]),
  spaced([key, fc.constant('='), literal, semicolon]),
  fc.array(spaced([name, blocks]), { maxLength: 2 }).map((inner) => `subgraph "s 1" { ${inner.join('\n')} }`),
  fc.array(spaced([name, blocks]), { maxLength: 2 }).map((inner) => `{ label="L" ${inner.join('\n')} }`),
);
const habits = fc
  .tuple(
    fc.constantFrom('digraph G', 'strict digraph', 'Digraph "a b"', 'digraph my-graph'),
    fc.array(statement, { maxLength: 5 }),
  )
  .map(([header, statements]) => `${header} {\n${statements.join('\n')}\n}`);

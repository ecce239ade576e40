import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { graphMeaning } from '../../../test/support/graph-meaning.ts';
import { buildGraph } from '../graph/build.ts';
import type { Graph } from '../graph/graph.ts';
import { printDot } from './print-dot.ts';
import { readDot } from './read-dot.ts';

function read(text: string): Graph {
  const { graph, diagnostics } = readDot({ path: 'a.dot', text });
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  return graph!;
}

const id = fc.constantFrom('a', 'b', 'c', 'd', 'node1', '__proto__', 'constructor', 'true');
const key = fc.constantFrom('label', 'class', 'x', 'node', 'human.default_choice', 'a.b.c', '__proto__');
const value = fc.oneof(
  fc.string().map((text) => `"${text.replace(/["\\]/g, '\\$&')}"`),
  fc.constantFrom('box', 'true', '42', '-1', '.5', '-3.14', '900s', 'claude-opus-4.7:beta', '"900s"', '""', '"a, b"'),
);
const block = fc
  .uniqueArray(fc.tuple(key, value), { selector: ([name]) => name, minLength: 1, maxLength: 4 })
  .map((pairs) => `[${pairs.map(([name, literal]) => `${name}=${literal}`).join(', ')}]`);
const optionalBlock = fc.oneof(block, fc.constant(''));

const { statement } = fc.letrec<{ statement: string; body: string }>((tie) => ({
  statement: fc.oneof(
    { depthSize: 'small' },
    fc.tuple(id, optionalBlock).map(([name, attributes]) => `${name} ${attributes}`),
    fc
      .tuple(fc.array(id, { minLength: 2, maxLength: 4 }), optionalBlock)
      .map(([ends, attributes]) => `${ends.join(' -> ')} ${attributes};`),
    fc.tuple(fc.constantFrom('graph', 'node', 'edge'), block).map(([word, attributes]) => `${word} ${attributes}`),
    fc.tuple(fc.constantFrom('label', 'goal'), value).map(([name, literal]) => `${name} = ${literal}`),
    tie('body').map((body) => `subgraph {\n${body}\n}`),
  ),
  body: fc.array(tie('statement'), { maxLength: 6 }).map((statements) => statements.join('\n')),
}));
const digraph = fc.array(statement, { maxLength: 12 }).map((statements) => `digraph G {\n${statements.join('\n')}\n}`);

describe('printDot', () => {
  test('what is printed reads to the same graph, and prints the same again', () => {
    fc.assert(
      fc.property(digraph, (text) => {
        const graph = read(text);
        const printed = printDot(graph);
        expect(graphMeaning(read(printed))).toEqual(graphMeaning(graph));
        expect(printDot(read(printed))).toBe(printed);
      }),
      { numRuns: 300 },
    );
  });

  test('prints one statement a line, quotes only where they are needed', () => {
    const graph = read(
      `digraph Hello { goal="Say \\"hi\\"" node [shape=box] subgraph { label="Loop A" a [timeout=900s] } a -> b [weight=2] }`,
    );
    expect(printDot(graph)).toBe(`digraph Hello {
  graph [goal="Say \\"hi\\""]

  a [shape=box, timeout=900s]
  b [shape=box]

  subgraph {
    label="loop-a"
    a
  }

  a -> b [weight=2]
}
`);
  });

  test('an empty graph is a digraph without statements', () => {
    expect(graphMeaning(read(printDot(read('digraph G {}'))))).toEqual(graphMeaning(read('digraph G {}')));
  });

  test('numbers of other languages that are no literals here are quoted', () => {
    expect(printDot(buildGraph({ nodes: { a: { x: 1e21 } } }))).toContain('a [x="1e+21"]');
  });

  test.each(['my-node', 'node', '1st', ''])('a node id DOT cannot express is refused: %j', (name) => {
    expect(() => printDot(buildGraph({ nodes: { [name]: {} } }))).toThrow('cannot be written as DOT');
  });
});

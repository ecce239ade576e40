import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { verifies } from '../../../test/support/verifies.ts';
import type { Graph } from '../graph/graph.ts';
import { printDot } from './print-dot.ts';
import { readDot } from './read-dot.ts';

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
  return graph!;
}

/** Nodes, edges and attributes as one text. */
const meaning = (text: string): string => printDot(read(text));
const standard = (body: string, name = 'G'): string => printDot(strictly(`digraph ${name} { ${body} }`).graph!);

describe('read leniently (semantics.md, Language)', () => {
  verifies('lint:own:lenient', 'the header of Graphviz is understood', () => {
    expect(meaning('strict digraph H { a -> b }')).toBe(standard('a -> b', 'H'));
    expect(meaning('DiGraph H { a }')).toBe(standard('a', 'H'));
    expect(meaning('digraph { a }')).toBe(standard('a'));
    expect(read('digraph "My pipeline" { a }').name).toBe('My pipeline');
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
    expect([...read('digraph G { 1 -> 2 "two words" -> größe }').nodes.keys()]).toEqual([
      '1',
      '2',
      'two words',
      'größe',
    ]);
    expect(meaning('digraph G { a:south -> b:n:w }')).toBe(standard('a -> b'));
  });

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

  verifies('lint:own:lenient', 'an HTML label is read as its text', () => {
    const graph = read('digraph G { a [label=<<b>Run</b> the<br/>tests>, x=1] }');
    expect(graph.nodes.get('a')!.attributes.get('label')!.value).toEqual({ kind: 'string', text: 'Run the tests' });
    expect(graph.nodes.get('a')!.attributes.has('x')).toBe(true);
  });

  test.each([
    ['undirected graphs', 'graph G { a -- b }'],
    ['undirected edges', 'digraph G { a -- b }'],
    ['edges of groups', 'digraph G { a -> {b c} }'],
    ['joined strings', 'digraph G { a [x="1" + "2"] }'],
    ['hyphens in ids', 'digraph G { my-node }'],
    ['text without quotes', 'digraph G { a [label=two words] }'],
    ['what is never closed', 'digraph G { a [x="b }'],
    ['a second graph', 'digraph G { a } digraph H { b }'],
  ])('%s stay errors: what they would mean here is not certain', (_what, text) => {
    expect(leniently(text).graph).toBeUndefined();
  });

  test('a text of the subset means the same, without a warning', () => {
    const text = 'digraph G { graph [goal="g"] node [x=1] a -> b -> c [label="l"] subgraph { label="L" d } }';
    expect(leniently(text)).toEqual(strictly(text));
  });

  test('no text is read otherwise because of it, and none makes the reader throw', () => {
    const word = fc.constantFrom(
      'a',
      '"b c"',
      '->',
      '{',
      '}',
      '[',
      ']',
      '=',
      ',',
      ';',
      '1',
      'a:b',
      '# c\n',
      '<<i>x</i>>',
      'subgraph',
      'node',
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 25 }), (words) => {
        const text = `digraph G { ${words.join(' ')} }`;
        const strict = strictly(text);
        const lenient = leniently(text);
        if (strict.graph) expect(lenient).toEqual(strict);
        expect(lenient.graph === undefined).toBe(lenient.diagnostics.some(({ severity }) => severity === 'error'));
      }),
      { seed: 6, numRuns: 1_000 },
    );
  });
});

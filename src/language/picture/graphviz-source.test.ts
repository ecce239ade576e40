import { instance } from '@viz-js/viz';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { verifies } from '../../../test/support/verifies.ts';
import { readDot } from '../dot/read-dot.ts';
import { buildGraph } from '../graph/build.ts';
import { graphvizSource } from './graphviz-source.ts';

const viz = await instance();

function read(body: string) {
  const { graph } = readDot({ path: 'a.dot', text: `digraph G { ${body} }` });
  return graph!;
}

describe('graphvizSource', () => {
  test('dotted keys and attributes of ours do not reach Graphviz', () => {
    const source = graphvizSource(
      read('gate [shape=hexagon, human.default_choice=ship, weight=3, class="a,b"] rankdir=LR'),
    );
    expect(source).toBe(`digraph "G" {
  graph [rankdir="LR", label="G", labelloc="t", fontname="Helvetica"];
  node [fontname="Helvetica", fontsize="12"];
  edge [fontname="Helvetica", fontsize="10"];
  "gate" [label="gate", shape="hexagon", id="node-gate", class="handler-wait-human", tooltip="gate"];
}
`);
  });

  verifies(
    ['attr:graph:label', 'attr:node:label'],
    'graph and nodes are shown by their label, else by name and id',
    () => {
      const labelled = graphvizSource(read('label="Release train" a [label="Plan it"]'));
      expect(labelled).toContain('graph [rankdir="TB", label="Release train"');
      expect(labelled).toContain('"a" [label="Plan it"');
      const plain = graphvizSource(read('a'));
      expect(plain).toContain('graph [rankdir="TB", label="G"');
      expect(plain).toContain('"a" [label="a"');
    },
  );

  verifies('attr:edge:label', 'edges show their label, else their condition', () => {
    const source = graphvizSource(
      read('a -> b [label="Yes", condition="outcome=success"] a -> c [condition="outcome=fail"] a -> d'),
    );
    expect(source).toContain('"a" -> "b" [label="Yes", id="edge-0", class="conditional", tooltip="outcome=success"];');
    expect(source).toContain(
      '"a" -> "c" [label="outcome=fail", id="edge-1", class="conditional", tooltip="outcome=fail"];',
    );
    expect(source).toContain('"a" -> "d" [id="edge-2", class="unconditional"];');
  });

  test('run states become classes of the SVG groups', () => {
    const graph = read('start -> plan');
    const svg = viz.renderString(graphvizSource(graph, { states: new Map([['plan', 'running']]) }), { format: 'svg' });
    expect(svg).toContain('<g id="node&#45;plan" class="node handler&#45;codergen state&#45;running">');
    expect(svg).toContain('<g id="edge&#45;0" class="edge unconditional">');
  });

  test('the edges a run took have a class of their own', () => {
    const source = graphvizSource(read('a -> b a -> c'), { taken: new Set([1]) });
    expect(source).toContain('"a" -> "b" [id="edge-0", class="unconditional"];');
    expect(source).toContain('"a" -> "c" [id="edge-1", class="unconditional taken"];');
  });

  test('a shape Graphviz may not know is drawn as what the node does', () => {
    const graph = read('a [shape=rocket] exit b [type="wait.human"] c [type=sub_pipeline]');
    const shapes = [...graphvizSource(graph).matchAll(/shape="(\w+)"/g)].map(([, shape]) => shape);
    expect(shapes).toEqual(['box', 'Msquare', 'hexagon', 'box3d']);
  });

  test('long labels are broken between words', () => {
    expect(graphvizSource(read('a [label="one two three four"]'), { labelWidth: 9 })).toContain(
      'label="one two\\nthree\\nfour"',
    );
  });

  test('Graphviz accepts every graph, whatever its texts are', () => {
    const text = fc.string({ unit: 'grapheme', maxLength: 12 });
    const nodes = fc.dictionary(text, fc.record({ label: text, prompt: text, shape: text }), {
      minKeys: 1,
      maxKeys: 4,
    });
    const edges = fc.array(fc.tuple(fc.nat(3), fc.nat(3), fc.record({ label: text, condition: text })), {
      maxLength: 4,
    });
    fc.assert(
      fc.property(text, nodes, edges, (name, attributes, pairs) => {
        const ids = Object.keys(attributes);
        const idAt = (index: number): string => ids[index % ids.length]!;
        const graph = buildGraph({
          name,
          nodes: attributes,
          edges: pairs.map(([from, to, edge]) => [idAt(from), idAt(to), edge]),
        });
        const result = viz.render(graphvizSource(graph), { format: 'dot' });
        // That it guesses the width of letters it does not know cannot be helped.
        const complaints = result.errors.filter(({ message }) => !message.includes('no value for width'));
        expect({ status: result.status, complaints }).toEqual({ status: 'success', complaints: [] });
      }),
      { numRuns: 60 },
    );
  });
});

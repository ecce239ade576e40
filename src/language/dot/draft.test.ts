import { describe, expect, test } from 'vitest';
import { verifies } from '../../../test/support/verifies.ts';
import type { Attributes, Graph } from '../graph/graph.ts';
import { readDot } from './read-dot.ts';

function read(text: string): Graph {
  const { graph, diagnostics } = readDot({ path: 'a.dot', text: `digraph G { ${text} }` });
  expect(diagnostics).toEqual([]);
  return graph!;
}

/** `key=value`, with `*` behind values that come from a default block. */
function written(attributes: Attributes): string {
  return [...attributes.values()]
    .map(({ key, value, origin }) => `${key}=${value.text}${origin === 'default' ? '*' : ''}`)
    .join(' ');
}

const node = (graph: Graph, id: string): string => written(graph.nodes.get(id)!.attributes);

describe('nodes', () => {
  verifies(
    ['dot:node:merged', 'defect:node-replaced'],
    'repeated statements merge, the later value of a key counts',
    () => {
      const graph = read('a [x=1, y=1] b a [y=2, z=2]');
      expect(node(graph, 'a')).toBe('x=1 y=2 z=2');
      expect([...graph.nodes.keys()]).toEqual(['a', 'b']);
    },
  );

  test('a node is placed at its first statement, not at an edge before', () => {
    expect(read('a -> b\n b [x=1]\n b [y=1]').nodes.get('b')!.span.start.line).toBe(2);
  });
});

describe('defaults (2.11)', () => {
  verifies(
    ['dot:defaults:subsequent', 'dot:defaults:edges', 'dot:defaults:overridden'],
    'apply to later nodes and edges of their scope, and give way to explicit attributes',
    () => {
      const graph = read('a node [x=1, y=1] edge [weight=1] b [y=2] a -> b a -> b [weight=2]');
      expect(node(graph, 'a')).toBe('');
      expect(node(graph, 'b')).toBe('x=1* y=2');
      expect(graph.edges.map(({ attributes }) => written(attributes))).toEqual(['weight=1*', 'weight=2']);
    },
  );

  test('blocks add up, the later value of a key counts', () => {
    expect(node(read('node [x=1, y=1] node [y=2, z=2] a'), 'a')).toBe('x=1* y=2* z=2*');
  });

  verifies(
    'dot:node:implicit',
    'a node first seen in an edge takes the defaults in force there, and no later ones',
    () => {
      const graph = read('node [x=1] a -> b node [x=2, y=2] b [z=3]');
      expect(node(graph, 'b')).toBe('x=1* z=3');
    },
  );

  test('explicit attributes of a repeated statement replace defaults', () => {
    expect(node(read('node [x=1] a a [x=2]'), 'a')).toBe('x=2');
  });
});

describe('chained edges (2.9)', () => {
  verifies('dot:edge:chain', 'every pair becomes an edge with the same attributes', () => {
    const { edges } = read('a -> b -> c -> a [label="next"]');
    expect(edges.map(({ from, to, attributes }) => `${from}${to} ${written(attributes)}`)).toEqual([
      'ab label=next',
      'bc label=next',
      'ca label=next',
    ]);
  });
});

describe('subgraphs (2.10)', () => {
  verifies(
    ['dot:subgraph:defaults', 'dot:subgraph:class'],
    'the example of the text: inherited thread and timeout, one overridden, a derived class',
    () => {
      const graph = read(`subgraph cluster_loop {
      label = "Loop A"
      node [thread_id="loop-a", timeout="900s"]
      Plan      [label="Plan next step"]
      Implement [label="Implement", timeout="1800s"]
    } Outside`);
      expect(node(graph, 'Plan')).toBe('thread_id=loop-a* timeout=900s* label=Plan next step');
      expect(node(graph, 'Implement')).toBe('thread_id=loop-a* timeout=1800s label=Implement');
      expect(graph.nodes.get('Plan')!.classes).toEqual(['loop-a']);
      expect(graph.nodes.get('Outside')!).toMatchObject({ classes: [], subgraphClasses: [] });
      expect(node(graph, 'Outside')).toBe('');
    },
  );

  verifies(
    ['dot:subgraph:flattened', 'dot:subgraph:anonymous'],
    'what stands in a subgraph, named or not, belongs to the graph',
    () => {
      const flat = (text: string): unknown => {
        const { nodes, edges, attributes } = read(text);
        return [[...nodes.keys()], edges.map(({ from, to }) => [from, to]), [...attributes.keys()]];
      };
      const bare = flat('a -> b\n c\n d -> e');
      expect(bare).toEqual([
        ['a', 'b', 'c', 'd', 'e'],
        [
          ['a', 'b'],
          ['d', 'e'],
        ],
        [],
      ]);
      expect(flat('subgraph cluster_x { a -> b subgraph { c } } d -> e')).toEqual(bare);
      expect(flat('subgraph { a -> b subgraph named { c } d -> e }')).toEqual(bare);
    },
  );

  verifies(
    ['dot:subgraph:defaults', 'dot:subgraph:nested'],
    'node and edge defaults end with their subgraph, nested ones with theirs',
    () => {
      const graph = read(`node [x=0] edge [w=0]
      subgraph { node [x=1] edge [w=1] a -> b subgraph { node [y=2] edge [w=2] c -> d } e -> f }
      g -> h`);
      expect(['a', 'c', 'e', 'g'].map((id) => node(graph, id))).toEqual(['x=1*', 'x=1* y=2*', 'x=1*', 'x=0*']);
      expect(graph.edges.map(({ attributes }) => written(attributes))).toEqual(['w=1*', 'w=2*', 'w=1*', 'w=0*']);
    },
  );

  verifies(
    ['dot:subgraph:own-attributes', 'defect:subgraph-label-leaks'],
    'attributes inside a subgraph never become attributes of the graph',
    () => {
      const graph = read('label="Outer" subgraph { label="Inner" color=red graph [style=dashed] a }');
      expect(written(graph.attributes)).toBe('label=Outer');
      expect(graph.nodes.get('a')!.classes).toEqual(['inner']);
    },
  );

  verifies('dot:subgraph:class', 'the label counts wherever it stands, in a graph block too', () => {
    expect(read('subgraph { a label="Late" }').nodes.get('a')!.classes).toEqual(['late']);
    expect(read('subgraph { a graph [label="Block"] }').nodes.get('a')!.classes).toEqual(['block']);
  });

  test('nodes first seen in an edge inside belong to it, nodes known before do not', () => {
    const graph = read('known subgraph { label="L" known -> fresh }');
    expect(graph.nodes.get('fresh')!.classes).toEqual(['l']);
    expect(graph.nodes.get('known')!.classes).toEqual([]);
  });

  test('a node declared in several subgraphs collects their classes behind its own, each once', () => {
    const graph = read(`a [class="own, two"]
      subgraph { label="One" a subgraph { label="Two" a } }
      subgraph { label="One" a }
      subgraph { label="Three" a }`);
    expect(graph.nodes.get('a')!.classes).toEqual(['own', 'two', 'one', 'three']);
    expect(graph.nodes.get('a')!.subgraphClasses).toEqual(['one', 'two', 'three']);
  });

  verifies(
    'dot:subgraph:nested',
    'a node of an inner subgraph has the classes of the outer ones too, innermost last',
    () => {
      const graph = read('subgraph { label="Outer" subgraph { subgraph { label="Inner" a } } }');
      expect(graph.nodes.get('a')!.subgraphClasses).toEqual(['outer', 'inner']);
    },
  );

  test('a node seen before takes the defaults of the subgraph that declares it, except for its own attributes', () => {
    const graph = read(
      'node [x=0] start -> plan plan [y=1] subgraph { node [x=2, y=2, thread_id=loop] plan [z=3] start -> plan }',
    );
    expect(node(graph, 'plan')).toBe('x=2* y=1 thread_id=loop* z=3');
    expect(node(graph, 'start')).toBe('x=0*');
  });

  test('later defaults of the same subgraph do not change a node it has already', () => {
    expect(node(read('subgraph { node [x=1] a node [x=2] a [y=1] }'), 'a')).toBe('x=1* y=1');
  });

  test('a graph attribute with a meaning, written in a subgraph, is warned of', () => {
    const { graph, diagnostics } = readDot({ path: 'a.dot', text: 'digraph G {\n subgraph {\n  goal="x"\n a } }' });
    expect(graph!.attributes.size).toBe(0);
    expect(diagnostics).toMatchObject([{ rule: 'subgraph_attribute', severity: 'warning', line: 3, column: 3 }]);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalJson, type Json } from '../../shared/json.ts';
import { readDot } from '../dot/read-dot.ts';
import { plainValue } from '../graph/attributes.ts';
import { buildGraph } from '../graph/build.ts';
import type { Attributes, Graph } from '../graph/graph.ts';
import { fromBundle } from './from-bundle.ts';
import { toBundle } from './to-bundle.ts';

function read(text: string): Graph {
  const { graph, diagnostics } = readDot({ path: 'g.dot', text });
  if (!graph) throw new Error(JSON.stringify(diagnostics));
  return graph;
}

/** Through storage and back. */
function stored(graph: Graph): Graph {
  return fromBundle(JSON.parse(canonicalJson(toBundle(graph)))).graph;
}

/** A graph without places and origins, for comparison. */
function essence(graph: Graph) {
  const values = (attributes: Attributes) =>
    [...attributes].map(([key, { value }]) => ({ key, value })).toSorted((a, b) => (a.key < b.key ? -1 : 1));
  return {
    name: graph.name,
    attributes: values(graph.attributes),
    nodes: [...graph.nodes.values()].map(({ id, classes, subgraphClasses, attributes }) => ({
      id,
      classes,
      subgraphClasses,
      attributes: values(attributes),
    })),
    edges: graph.edges.map(({ from, to, attributes }) => ({ from, to, attributes: values(attributes) })),
  };
}

describe('a bundle', () => {
  it('keeps every kind of literal, the classes, and the order of nodes and edges', () => {
    const graph = read(`digraph G { goal="x"; start [shape=Mdiamond, f=0.5, i=-3, t=true, d=15m, b=a.b, class="k,l"]
      subgraph s { label="Loop A"; z [prompt="p"]; y [prompt="q"] } start -> z -> y [weight=2] }`);
    expect(essence(stored(graph))).toEqual(essence(graph));
  });

  it('is equal for equal pipelines, wherever their text stands', () => {
    const one = read('digraph G { start [shape=Mdiamond, label="S"] start -> exit }');
    const two = read('digraph G {\n\n  start [label="S", shape=Mdiamond]\n\n  start -> exit\n}');
    expect(canonicalJson(toBundle(one))).toBe(canonicalJson(toBundle(two)));
  });

  it('holds children of children by the paths written', () => {
    const child = toBundle(
      buildGraph({ name: 'Child' }),
      new Map([['../deep.dot', toBundle(buildGraph({ name: 'Deep' }))]]),
    );
    const { children } = fromBundle(
      JSON.parse(JSON.stringify(toBundle(buildGraph({}), new Map([['child.dot', child]])))),
    );
    expect(children.get('child.dot')?.graph.name).toBe('Child');
    expect(children.get('child.dot')?.children.get('../deep.dot')?.graph.name).toBe('Deep');
  });

  it('takes any name of an attribute or node, also those objects treat as special', () => {
    const names = fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'toString'));
    const values = fc.oneof(fc.string(), fc.boolean(), fc.integer());
    fc.assert(
      fc.property(fc.array(fc.tuple(names, values), { maxLength: 5 }), names, (pairs, id) => {
        const graph = buildGraph({
          attributes: Object.fromEntries(pairs),
          nodes: Object.fromEntries([[id, Object.fromEntries(pairs)]]),
        });
        expect(essence(stored(graph))).toEqual(essence(graph));
      }),
      { numRuns: 200, seed: 6 },
    );
  });

  it('gives numbers back as numbers', () => {
    const value = stored(read('digraph G { default_max_visits=7 }')).attributes.get('default_max_visits')?.value;
    expect(value && plainValue(value)).toBe(7);
  });
});

describe('a stored bundle that is not one', () => {
  const whole = JSON.parse(
    canonicalJson(toBundle(buildGraph({ attributes: { a: 1 }, edges: [['a', 'b', { weight: 1 }]] }))),
  );

  it.each<[string, Json]>([
    ['bundle', null],
    ['version', { ...whole, version: 2 }],
    ['children', { ...whole, children: {} }],
    ['graph', { ...whole, graph: [] }],
    [
      'nodes.0.id',
      { ...whole, graph: { ...whole.graph, nodes: [{ id: 1, attributes: [], classes: [], subgraphClasses: [] }] } },
    ],
    ['attributes.0.kind', { ...whole, graph: { ...whole.graph, attributes: [{ key: 'a', kind: 'other', text: '' }] } }],
    [
      'attributes.0.text',
      { ...whole, graph: { ...whole.graph, attributes: [{ key: 'a', kind: 'boolean', text: 'constructor' }] } },
    ],
    [
      'attributes.0.text',
      { ...whole, graph: { ...whole.graph, attributes: [{ key: 'a', kind: 'duration', text: 'soon' }] } },
    ],
  ])('is refused with the place of what is wrong: %s', (place, json) => {
    expect(() => fromBundle(json)).toThrow(
      expect.objectContaining({ code: 'BUNDLE_INVALID', message: expect.stringContaining(`: ${place} `) }),
    );
  });
});

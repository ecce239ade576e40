import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { verifies } from '../../../test/support/verifies.ts';
import { readDot } from '../dot/read-dot.ts';
import { textOf, withAttribute } from '../graph/attributes.ts';
import { buildGraph, type GraphParts } from '../graph/build.ts';
import type { Graph } from '../graph/graph.ts';
import { applyStylesheet } from './apply-stylesheet.ts';
import { parseStylesheet } from './parse-stylesheet.ts';

function styled(sheet: string, parts: GraphParts | Graph): Graph {
  const graph = 'kind' in parts ? parts : buildGraph(parts);
  return applyStylesheet(graph, parseStylesheet(sheet).stylesheet);
}

function modelOf(graph: Graph, id = 'n'): string | undefined {
  const node = graph.nodes.get(id);
  return node && textOf(node, 'llm_model');
}

/** A graph with one node whose `llm_model` comes from a default block. */
function withDefault(graph: Graph, model: string): Graph {
  const node = graph.nodes.get('n');
  if (!node) throw new Error('the graph has no node n');
  const attribute = {
    key: 'llm_model',
    value: { kind: 'string', text: model },
    origin: 'default',
    span: node.span,
  } as const;
  return { ...graph, nodes: new Map([['n', { ...node, attributes: withAttribute(node.attributes, attribute) }]]) };
}

describe('applying a stylesheet (8.3, 8.5, 11.10)', () => {
  verifies(
    [
      'stylesheet:selector:universal',
      'stylesheet:selector:shape',
      'stylesheet:selector:class',
      'stylesheet:selector:id',
      'stylesheet:specificity',
    ],
    'selects by all, shape, class and id, each beating the one before',
    () => {
      const parts: GraphParts = { nodes: { n: { class: 'c' }, other: { shape: 'hexagon' } } };
      const sheet = [
        '#n { llm_model: id }',
        '.c { llm_model: class }',
        'box { llm_model: shape }',
        '* { llm_model: all }',
      ];
      expect(sheet.map((_rule, from) => modelOf(styled(sheet.slice(from).join(' '), parts)))).toEqual([
        'id',
        'class',
        'shape',
        'all',
      ]);
      expect(modelOf(styled(sheet.join(' '), parts), 'other')).toBe('all');
    },
  );

  verifies(
    ['stylesheet:later-wins', 'defect:equal-specificity-first-wins'],
    'lets the later rule win among equals, also between two classes of a node',
    () => {
      expect(modelOf(styled('.b { llm_model: one } .a { llm_model: two }', { nodes: { n: { class: 'a,b' } } }))).toBe(
        'two',
      );
      expect(modelOf(styled('* { llm_model: one } * { llm_model: two }', { nodes: { n: {} } }))).toBe('two');
    },
  );

  verifies(
    ['dot:class:list', 'attr:node:class', 'stylesheet:selector:class'],
    'finds every class of a list, and those that a subgraph label gives',
    () => {
      const { graph } = readDot({
        path: 'a.dot',
        text: 'digraph G { subgraph { label="Loop A" n [class="code, critical"] } other [class=code] }',
      });
      const sheet = '.code { llm_model: m } .critical { llm_provider: p } .loop-a { reasoning_effort: low }';
      const { nodes } = styled(sheet, graph!);
      const properties = (id: string) =>
        ['llm_model', 'llm_provider', 'reasoning_effort'].map((key) => textOf(nodes.get(id)!, key));
      expect(properties('n')).toEqual(['m', 'p', 'low']);
      expect(properties('other')).toEqual(['m', undefined, undefined]);
    },
  );

  verifies('stylesheet:properties', 'resolves each property on its own', () => {
    const graph = styled('* { llm_model: m; llm_provider: p } #n { llm_model: other }', { nodes: { n: {} } });
    const node = graph.nodes.get('n');
    expect(node && [textOf(node, 'llm_model'), textOf(node, 'llm_provider')]).toEqual(['other', 'p']);
    expect(node?.attributes.get('llm_model')?.origin).toBe('stylesheet');
  });

  verifies('stylesheet:explicit-wins', 'never overrides an attribute of the node statement', () => {
    expect(modelOf(styled('#n { llm_model: sheet }', { nodes: { n: { llm_model: 'own' } } }))).toBe('own');
  });

  it('overrides a default block, which 2.11 calls a baseline', () => {
    const graph = withDefault(buildGraph({ nodes: { n: {} } }), 'baseline');
    expect(modelOf(styled('* { llm_model: sheet }', graph))).toBe('sheet');
    expect(modelOf(styled('', graph))).toBe('baseline');
  });

  verifies(
    'stylesheet:resolution',
    'falls back to the graph attribute, after rules and default blocks (8.5, step 3)',
    () => {
      const parts: GraphParts = { attributes: { llm_model: 'graph' }, nodes: { n: {} } };
      expect(modelOf(styled('', parts))).toBe('graph');
      expect(modelOf(styled('* { llm_model: sheet }', parts))).toBe('sheet');
      expect(modelOf(styled('', withDefault(buildGraph(parts), 'baseline')))).toBe('baseline');
    },
  );

  verifies('transform:pure', 'leaves the given graph unchanged (9.1)', () => {
    const graph = buildGraph({ nodes: { n: {} } });
    styled('* { llm_model: x }', graph);
    expect(modelOf(graph)).toBeUndefined();
  });

  it('agrees with sorting the matching rules by specificity, then place', () => {
    const selectors = ['*', 'box', '.a', '.b', '#n'] as const;
    const rank = { '*': 0, box: 1, '.a': 2, '.b': 2, '#n': 3 };
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...selectors), { minLength: 1, maxLength: 8 }), (chosen) => {
        const sheet = chosen.map((selector, place) => `${selector} { llm_model: m${place} }`).join('\n');
        const winner = chosen
          .map((selector, place) => ({ rank: rank[selector], place }))
          .toSorted((a, b) => b.rank - a.rank || b.place - a.place)[0];
        expect(modelOf(styled(sheet, { nodes: { n: { class: 'a,b' } } }))).toBe(`m${winner?.place}`);
      }),
      { numRuns: 300, seed: 8 },
    );
  });
});

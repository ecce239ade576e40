import { describe, expect, it } from 'vitest';
import { verifies } from '../../../test/support/verifies.ts';
import { stringAttribute, textOf, withAttribute } from '../graph/attributes.ts';
import { buildGraph } from '../graph/build.ts';
import type { Graph } from '../graph/graph.ts';
import { applyTransforms } from './apply-transforms.ts';
import type { Transform } from './transform.ts';

function promptOf(graph: Graph, id = 'n'): string | undefined {
  const node = graph.nodes.get(id);
  return node && textOf(node, 'prompt');
}

/** Appends a word to the prompt of node n. */
function appending(word: string): Transform {
  return {
    name: `append_${word}`,
    apply(graph) {
      const node = graph.nodes.get('n');
      if (!node) return graph;
      const prompt = stringAttribute('prompt', `${promptOf(graph) ?? ''} ${word}`, 'transform', node.span);
      return {
        ...graph,
        nodes: new Map(graph.nodes).set('n', { ...node, attributes: withAttribute(node.attributes, prompt) }),
      };
    },
  };
}

describe('variable expansion (9.2, 4.5, 11.11)', () => {
  verifies(['transform:goal', 'attr:graph:goal'], 'replaces every $goal in a prompt, as plain text', () => {
    const graph = buildGraph({
      attributes: { goal: "cost $5, $& and $' and $goal" },
      nodes: { n: { prompt: '$goal! $goal? $other' } },
    });
    const goal = "cost $5, $& and $' and $goal";
    expect(promptOf(applyTransforms(graph).graph)).toBe(`${goal}! ${goal}? $other`);
  });

  it('replaces it by nothing where there is no goal, and leaves other attributes alone', () => {
    const graph = buildGraph({ nodes: { n: { prompt: '[$goal]', label: '$goal' } } });
    const result = applyTransforms(graph).graph;
    expect(promptOf(result)).toBe('[]');
    expect(textOf(result.nodes.get('n') ?? result, 'label')).toBe('$goal');
  });
});

describe('transforms (9.1, 9.3, 11.11)', () => {
  verifies(
    ['transform:custom', 'transform:stylesheet'],
    'run built-in first, then custom ones in order of registration',
    () => {
      const graph = buildGraph({
        attributes: { goal: 'G', model_stylesheet: '* { llm_model: m }' },
        nodes: { n: { prompt: '$goal' } },
      });
      const { graph: result, diagnostics } = applyTransforms(graph, [appending('one'), appending('$goal')]);
      expect(diagnostics).toEqual([]);
      expect(promptOf(result)).toBe('G one $goal');
      expect(textOf(result.nodes.get('n') ?? result, 'llm_model')).toBe('m');
      expect(promptOf(graph)).toBe('$goal');
    },
  );

  verifies('composition:merge', 'can merge the nodes and edges of another graph (9.4)', () => {
    const other = buildGraph({ nodes: { review: { prompt: '$goal' } }, edges: [['review', 'exit']] });
    const merging: Transform = {
      name: 'merge',
      apply: (graph) => ({
        ...graph,
        nodes: new Map([...graph.nodes, ...other.nodes]),
        edges: [...graph.edges, ...other.edges],
      }),
    };
    const { graph } = applyTransforms(buildGraph({ edges: [['start', 'review']] }), [merging]);
    expect([...graph.nodes.keys()]).toEqual(['start', 'review', 'exit']);
    expect(promptOf(graph, 'review')).toBe('$goal');
    expect(graph.edges.map(({ from, to }) => `${from} ${to}`)).toEqual(['start review', 'review exit']);
  });

  it('that throw or return no graph become errors, and the others still run', () => {
    const throwing: Transform = {
      name: 'broken',
      apply() {
        throw new Error('no luck');
      },
    };
    // A JavaScript caller is not held to the type.
    const empty = { name: 'empty', apply: () => undefined } as unknown as Transform;
    const { graph, diagnostics } = applyTransforms(buildGraph({ nodes: { n: { prompt: 'p' } } }), [
      throwing,
      empty,
      appending('x'),
    ]);
    expect(promptOf(graph)).toBe('p x');
    expect(diagnostics.map(({ rule, severity, message }) => ({ rule, severity, message }))).toEqual([
      { rule: 'transform_failed', severity: 'error', message: 'the transform broken failed: no luck' },
      { rule: 'transform_failed', severity: 'error', message: 'the transform empty failed: it did not return a graph' },
    ]);
  });
});

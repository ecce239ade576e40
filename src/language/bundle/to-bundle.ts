import type { Attributes, Graph } from '../graph/graph.ts';
import type { Bundle, BundledAttribute, BundledGraph } from './bundle.ts';

/**
 * @param graph a compiled graph, after transforms
 * @param children the bundles of its child pipelines, by the path written in the graph
 */
export function toBundle(graph: Graph, children: ReadonlyMap<string, Bundle> = new Map()): Bundle {
  const sorted = [...children].sort(([a], [b]) => (a < b ? -1 : 1));
  return { version: 1, graph: bundledGraph(graph), children: sorted.map(([path, bundle]) => ({ path, bundle })) };
}

function bundledGraph(graph: Graph): BundledGraph {
  return {
    name: graph.name,
    attributes: bundledAttributes(graph.attributes),
    nodes: [...graph.nodes.values()].map(({ id, attributes, classes, subgraphClasses }) => ({
      id,
      attributes: bundledAttributes(attributes),
      classes,
      subgraphClasses,
    })),
    edges: graph.edges.map(({ from, to, attributes }) => ({ from, to, attributes: bundledAttributes(attributes) })),
  };
}

function bundledAttributes(attributes: Attributes): readonly BundledAttribute[] {
  return [...attributes.values()]
    .map(({ key, value: { kind, text } }) => ({ key, kind, text }))
    .sort((a, b) => (a.key < b.key ? -1 : 1));
}

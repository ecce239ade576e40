import type { Attributes, Graph } from '../../src/language/graph/graph.ts';

/** What a graph says, without the places it stands in and who set what: for comparison. */
export function graphMeaning(graph: Graph): unknown {
  const values = (attributes: Attributes): unknown => [...attributes.values()].map(({ key, value }) => [key, value]);
  return {
    name: graph.name,
    attributes: values(graph.attributes),
    nodes: [...graph.nodes.values()].map(({ id, attributes, classes, subgraphClasses }) => ({
      id,
      attributes: values(attributes),
      classes,
      subgraphClasses,
    })),
    edges: graph.edges.map(({ from, to, attributes }) => ({ from, to, attributes: values(attributes) })),
  };
}

import { waysOf } from '../../graph/adjacency.ts';
import { textOf } from '../../graph/attributes.ts';
import { incoming, outgoing, type Graph, type Node } from '../../graph/graph.ts';
import { retryTargetKeys } from '../../graph/reachability.ts';
import { nearestAmong } from '../../scan/nearest.ts';
import type { LintRule } from '../lint-rule.ts';
import { finding, placeOf } from '../../graph/place.ts';

/**
 * 7.2, `edge_target_exists`. An edge brings its nodes into being, as the last example of 2.13 needs; but a
 * name that is only ever led to, has no statement and no way on, is taken for a slip of the pen: running
 * it would end the pipeline there with success (3.2).
 */
export const edgeTargetExists: LintRule = {
  name: 'edge_target_exists',
  apply(graph, { handlerOf }) {
    const suspects = [...graph.nodes.values()].filter(
      (node) => handlerOf(node.id) !== 'exit' && isOnlyNamed(node, graph),
    );
    if (suspects.length === 0 && !waysOf(graph).includes(-1)) return [];
    const onlyNamed = new Set(suspects.map(({ id }) => id));
    const known = new Set([...graph.nodes.keys()].filter((id) => !onlyNamed.has(id)));
    const nearest = nearestAmong(known);
    return graph.edges.flatMap((edge) =>
      [edge.from, edge.to]
        .filter((id) => !known.has(id))
        .map((id) => {
          const near = nearest(id);
          const hint =
            near === undefined ? `Add a statement for the node: \`${id} [label="..."]\`.` : `Did you mean \`${near}\`?`;
          return finding(
            'edge_target_exists',
            'error',
            `the edge from ${edge.from} to ${edge.to} names ${id}, which is no node`,
            placeOf(edge),
            hint,
          );
        }),
    );
  },
};

/** Whether a node stands in the text only as the end of edges: its place is then inside one of them. */
function isOnlyNamed({ id, span }: Node, graph: Graph): boolean {
  if (span.start.offset === span.end.offset || outgoing(graph, id).length > 0) return false;
  return incoming(graph, id).some(
    (edge) => edge.span.start.offset <= span.start.offset && span.end.offset <= edge.span.end.offset,
  );
}

/**
 * 7.2, `reachability`. A jump to a retry target is a way too: of a node from that node, of the graph
 * from anywhere (3.4, 3.7). An error by the table of 7.2, though 11.12 expects a warning.
 */
export const reachability: LintRule = {
  name: 'reachability',
  apply(graph, { starts, reach }) {
    // Without a start every node would be reported; `start_node` says it once.
    if (starts.length === 0) return [];
    const jumps = retryTargetKeys.flatMap((key) => textOf(graph, key) ?? []);
    const reached = reach.from([...starts.map(({ id }) => id), ...jumps]);
    return [...graph.nodes.values()]
      .filter(({ id }) => !reached.has(id))
      .map((node) =>
        finding(
          'reachability',
          'error',
          `${node.id} cannot be reached from the start node`,
          placeOf(node),
          `Add an edge to ${node.id}, or remove it.`,
        ),
      );
  },
};

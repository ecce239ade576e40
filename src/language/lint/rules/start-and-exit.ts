import type { Diagnostic } from '../../../contract/diagnostic.ts';
import { incoming, outgoing, type Graph, type Node } from '../../graph/graph.ts';
import type { LintRule } from '../lint-rule.ts';
import { finding, placeOf } from '../../graph/place.ts';

/** 7.2, `start_node`. Which nodes count is decided by `handlerTypeOf`: the shape, else the id where no node has the shape (3.2). */
export const startNode: LintRule = {
  name: 'start_node',
  apply: (graph, { starts }) =>
    exactlyOne('start_node', 'start', starts, graph, 'Add `start [shape=Mdiamond]` and an edge from it.'),
};

/** 7.2, `terminal_node`. */
export const terminalNode: LintRule = {
  name: 'terminal_node',
  apply: (graph, { exits }) =>
    exactlyOne('terminal_node', 'exit', exits, graph, 'Add `exit [shape=Msquare]` and an edge to it.'),
};

/** 7.2, `start_no_incoming`. */
export const startNoIncoming: LintRule = {
  name: 'start_no_incoming',
  apply: (graph, { starts }) =>
    starts
      .flatMap(({ id }) => incoming(graph, id))
      .map((edge) =>
        finding(
          'start_no_incoming',
          'error',
          `an edge leads into the start node ${edge.to}`,
          placeOf(edge),
          'Lead it to the first node after the start.',
        ),
      ),
};

/** 7.2, `exit_no_outgoing`. */
export const exitNoOutgoing: LintRule = {
  name: 'exit_no_outgoing',
  apply: (graph, { exits }) =>
    exits
      .flatMap(({ id }) => outgoing(graph, id))
      .map((edge) =>
        finding(
          'exit_no_outgoing',
          'error',
          `an edge leads out of the exit node ${edge.from}`,
          placeOf(edge),
          'Remove it: the run ends at the exit node.',
        ),
      ),
};

/** Reports that there is none, or every one after the first. */
function exactlyOne(
  rule: string,
  what: string,
  nodes: readonly Node[],
  graph: Graph,
  hint: string,
): readonly Diagnostic[] {
  const [first, ...others] = nodes;
  if (first === undefined) return [finding(rule, 'error', `there is no ${what} node`, placeOf(graph), hint)];
  return others.map((node) =>
    finding(
      rule,
      'error',
      `${node.id} is a second ${what} node beside ${first.id}`,
      placeOf(node),
      `Keep one ${what} node, and lead the edges there.`,
    ),
  );
}

import type { Diagnostic } from '../../../contract/diagnostic.ts';
import { positionsOf } from '../../graph/adjacency.ts';
import { flagOf, textOf } from '../../graph/attributes.ts';
import { cyclicGroups } from '../../graph/cycles.ts';
import { outgoing, type Edge, type Graph } from '../../graph/graph.ts';
import type { LintRule } from '../lint-rule.ts';
import { finding, placeOf, type Place } from '../../graph/place.ts';

/**
 * A loop whose only bound is the 100 visits of `default_max_visits`. A warning where nothing leads out
 * of it; an information where it is left by routing alone, as in the examples of 2.13 and 11.13;
 * nothing where a person decides about each round.
 */
export const loopWithoutBound: LintRule = {
  name: 'loop_without_bound',
  apply(graph, context) {
    if (textOf(graph, 'default_max_visits') !== undefined) return [];
    const positions = positionsOf(graph);
    const inOrder = (a: string, b: string) => (positions.get(a) ?? 0) - (positions.get(b) ?? 0);
    return cyclicGroups(graph, isUnbounded).flatMap((group) => {
      const ids = [...group].sort(inOrder);
      if (ids.some((id) => context.handlerOf(id) === 'wait.human')) return [];
      // The edge that closes the loop in reading order is the one to bound.
      const back = ids
        .flatMap((id) => outgoing(graph, id))
        .find((edge) => group.has(edge.to) && isUnbounded(edge) && inOrder(edge.to, edge.from) <= 0);
      return loopFinding(graph, ids, group, placeOf(back ?? graph));
    });
  },
};

function isUnbounded(edge: Edge): boolean {
  return textOf(edge, 'max_visits') === undefined && !flagOf(edge, 'loop_restart');
}

function loopFinding(graph: Graph, ids: readonly string[], group: ReadonlySet<string>, place: Place): Diagnostic {
  const named = ids.length > 5 ? `${ids.slice(0, 5).join(', ')} and ${ids.length - 5} more` : ids.join(', ');
  const canLeave = ids.some((id) => outgoing(graph, id).some(({ to }) => !group.has(to)));
  const message = canLeave
    ? `the loop of ${named} is bounded only by the 100 visits allowed by default`
    : `nothing leads out of the loop of ${named}`;
  const hint = canLeave
    ? 'Add `max_visits=N` to an edge of the loop, or `default_max_visits=N` to the graph.'
    : 'Add an edge that leaves the loop.';
  return finding('loop_without_bound', canLeave ? 'info' : 'warning', message, place, hint);
}

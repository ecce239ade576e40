import { flagOf, textOf } from '../../graph/attributes.ts';
import { cyclicGroups } from '../../graph/cycles.ts';
import { outgoing, type Graph } from '../../graph/graph.ts';
import type { LintContext, LintRule } from '../lint-rule.ts';
import { finding, placeOf } from '../../graph/place.ts';

/**
 * A loop whose only bound is the 100 visits of `default_max_visits`. A warning where nothing leads out
 * of it; an information where it is left by routing alone, as in the examples of 2.13 and 11.13;
 * nothing where a person decides about each round.
 */
export const loopWithoutBound: LintRule = {
  name: 'loop_without_bound',
  apply(graph, context) {
    if (textOf(graph, 'default_max_visits') !== undefined) return [];
    const unbounded = graph.edges.filter(
      (edge) => textOf(edge, 'max_visits') === undefined && !flagOf(edge, 'loop_restart'),
    );
    return cyclicGroups(graph, unbounded).flatMap((group) => judge(graph, group, context));
  },
};

function judge(graph: Graph, group: ReadonlySet<string>, { handlerOf }: LintContext) {
  const members = [...graph.nodes.values()].filter(({ id }) => group.has(id));
  if (members.some(({ id }) => handlerOf(id) === 'wait.human')) return [];
  const ids = members.map(({ id }) => id);
  // The edge that closes the loop in reading order is the one to bound.
  const back = graph.edges.find(
    (edge) => group.has(edge.to) && ids.indexOf(edge.to) <= ids.indexOf(edge.from) && group.has(edge.from),
  );
  const place = placeOf(back ?? members[0] ?? graph);
  const named = ids.length > 5 ? `${ids.slice(0, 5).join(', ')} and ${ids.length - 5} more` : ids.join(', ');
  const canLeave = members.some(({ id }) => outgoing(graph, id).some(({ to }) => !group.has(to)));
  const message = canLeave
    ? `the loop of ${named} is bounded only by the 100 visits allowed by default`
    : `nothing leads out of the loop of ${named}`;
  const hint = canLeave
    ? 'Add `max_visits=N` to an edge of the loop, or `default_max_visits=N` to the graph.'
    : 'Add an edge that leaves the loop.';
  return [finding('loop_without_bound', canLeave ? 'info' : 'warning', message, place, hint)];
}

import { commonFanIns } from '../../graph/fan-in.ts';
import { outgoing } from '../../graph/graph.ts';
import type { LintRule } from '../lint-rule.ts';
import { finding, placeOf } from '../../graph/place.ts';

/** A fan-out whose branches do not meet runs each of them to an exit or dead end (semantics.md, Parallel). */
export const fanOutWithoutFanIn: LintRule = {
  name: 'fan_out_without_fan_in',
  apply(graph, { handlerOf, nodesOf }) {
    const fanIns = commonFanIns(graph, handlerOf);
    return nodesOf('parallel')
      .filter(({ id }) => !fanIns.has(id))
      .map((node) => {
        const message =
          outgoing(graph, node.id).length === 0
            ? `the fan-out ${node.id} has no branches`
            : `the branches of the fan-out ${node.id} do not all meet in one fan-in`;
        return finding(
          'fan_out_without_fan_in',
          'warning',
          message,
          placeOf(node),
          'Lead every branch to one node with `shape=tripleoctagon`.',
        );
      });
  },
};

/** A fan-in that no fan-out leads its branches to finds no results and fails (4.9). */
export const fanInWithoutFanOut: LintRule = {
  name: 'fan_in_without_fan_out',
  apply(graph, { handlerOf, nodesOf }) {
    const used = new Set(commonFanIns(graph, handlerOf).values());
    return nodesOf('parallel.fan_in')
      .filter(({ id }) => !used.has(id))
      .map((node) =>
        finding(
          'fan_in_without_fan_out',
          'warning',
          `no fan-out has all its branches meet in ${node.id}`,
          placeOf(node),
          'Lead all branches of one `shape=component` node here.',
        ),
      );
  },
};

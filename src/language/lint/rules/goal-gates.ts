import { flagOf, textOf } from '../../graph/attributes.ts';
import type { Graph, Node } from '../../graph/graph.ts';
import { retryTargetKeys } from '../../graph/reachability.ts';
import { nearestAmong } from '../../scan/nearest.ts';
import type { LintRule } from '../lint-rule.ts';
import { finding, placeOf } from '../../graph/place.ts';

/** 7.2, `retry_target_exists`: on nodes and on the graph. */
export const retryTargetExists: LintRule = {
  name: 'retry_target_exists',
  apply(graph) {
    const nearest = nearestAmong(graph.nodes);
    return [graph, ...graph.nodes.values()].flatMap((subject) =>
      retryTargetKeys.flatMap((key) => {
        const target = textOf(subject, key);
        if (target === undefined || graph.nodes.has(target)) return [];
        const near = nearest(target);
        const hint = near === undefined ? 'Name a node of this graph.' : `Did you mean \`${near}\`?`;
        return finding(
          'retry_target_exists',
          'warning',
          `${key} names ${target}, which is no node`,
          placeOf(subject, key),
          hint,
        );
      }),
    );
  },
};

/** 7.2, `goal_gate_has_retry`. A target of the graph serves as well: 3.4 falls back to it. */
export const goalGateHasRetry: LintRule = {
  name: 'goal_gate_has_retry',
  apply: (graph) =>
    goalGates(graph)
      .filter((gate) =>
        [gate, graph].every((owner) => retryTargetKeys.every((key) => textOf(owner, key) === undefined)),
      )
      .map((gate) =>
        finding(
          'goal_gate_has_retry',
          'warning',
          `the goal gate ${gate.id} has no retry target: the run fails when it is not satisfied at the exit`,
          placeOf(gate, 'goal_gate'),
          'Add `retry_target=NODE`, the node from which to try again.',
        ),
      ),
};

/** A jump that cannot lead back to the gate can never satisfy it (3.4): the run would jump until its bound. */
export const goalGateTargetUnreachable: LintRule = {
  name: 'goal_gate_target_unreachable',
  apply: (graph, { reach }) =>
    goalGates(graph).flatMap((gate) => {
      const target = jumpTarget(graph, gate);
      if (target === undefined || target.id === gate.id || reach.connects(target.id, gate.id)) return [];
      const message = `no way leads from ${target.id}, the ${target.key} of the goal gate ${gate.id}, back to the gate`;
      return finding(
        'goal_gate_target_unreachable',
        'warning',
        message,
        placeOf(target.owner, target.key),
        `Name ${gate.id} itself, or a node before it.`,
      );
    }),
};

function goalGates(graph: Graph): readonly Node[] {
  return [...graph.nodes.values()].filter((node) => flagOf(node, 'goal_gate'));
}

/** The jump an unsatisfied gate takes: the first of 3.4 that is a node, as 2.5 passes over invalid ones. */
function jumpTarget(graph: Graph, gate: Node) {
  for (const owner of [gate, graph]) {
    for (const key of retryTargetKeys) {
      const id = textOf(owner, key);
      if (id !== undefined && graph.nodes.has(id)) return { id, key, owner };
    }
  }
  return undefined;
}

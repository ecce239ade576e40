import { succeeded, type Outcome } from '../../contract/outcome.ts';
import { flagOf, textOf } from '../../language/graph/attributes.ts';
import type { Program } from '../program.ts';
import { isBoundReached, type RouteView } from './route.ts';

/**
 * The first visited goal gate that has not succeeded (3.4), in order of first visit.
 * @param outcomes last outcome of each visited node
 */
export function unsatisfiedGate({ graph }: Program, outcomes: ReadonlyMap<string, Outcome>): string | undefined {
  for (const [nodeId, outcome] of outcomes) {
    const node = graph.nodes.get(nodeId);
    if (node && flagOf(node, 'goal_gate') && !succeeded(outcome)) return nodeId;
  }
  return undefined;
}

/** What an unsatisfied goal gate does to a walk that stands at the exit: a jump to `target`, or a failure. */
export interface TurnBack {
  readonly gate: string;
  readonly target: string | undefined;
  readonly failure: string | undefined;
}

/** Undefined when every visited gate is satisfied (3.4). Jumps count against the visits of their target. */
export function turnBackAt(view: RouteView, outcomes: ReadonlyMap<string, Outcome>): TurnBack | undefined {
  const gate = unsatisfiedGate(view.program, outcomes);
  if (gate === undefined) return undefined;
  const target = gateRetryTarget(view.program, gate);
  if (target === undefined) return { gate, target, failure: 'Goal gate unsatisfied and no retry target' };
  const failure = isBoundReached(view, target)
    ? `Goal gate ${gate} unsatisfied after ${view.visitsOf(target)} visits of ${target}`
    : undefined;
  return { gate, target, failure };
}

/**
 * Where to go instead of the exit: the gate's targets, then the graph's. Passed over are names of nodes
 * that do not exist (2.5), and the exit: a jump there could never satisfy the gate.
 */
function gateRetryTarget({ graph, handlerOf }: Program, gateId: string): string | undefined {
  const gate = graph.nodes.get(gateId);
  const written = [
    gate && textOf(gate, 'retry_target'),
    gate && textOf(gate, 'fallback_retry_target'),
    textOf(graph, 'retry_target'),
    textOf(graph, 'fallback_retry_target'),
  ];
  return written.find((target) => target !== undefined && graph.nodes.has(target) && handlerOf(target) !== 'exit');
}

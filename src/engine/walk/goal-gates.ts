import { succeeded, type Outcome } from '../../contract/outcome.ts';
import { flagOf, textOf } from '../../language/graph/attributes.ts';
import type { Program } from '../program.ts';

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

/**
 * Where to go instead of the exit: the gate's targets, then the graph's. Passed over are names of nodes
 * that do not exist (2.5), and the exit: a jump there could never satisfy the gate.
 */
export function gateRetryTarget({ graph, handlerOf }: Program, gateId: string): string | undefined {
  const gate = graph.nodes.get(gateId);
  const written = [
    gate && textOf(gate, 'retry_target'),
    gate && textOf(gate, 'fallback_retry_target'),
    textOf(graph, 'retry_target'),
    textOf(graph, 'fallback_retry_target'),
  ];
  return written.find((target) => target !== undefined && graph.nodes.has(target) && handlerOf(target) !== 'exit');
}

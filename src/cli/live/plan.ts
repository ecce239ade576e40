import { textOf } from '../../language/graph/attributes.ts';
import { commonFanIns } from '../../language/graph/fan-in.ts';
import { outgoing, type Graph } from '../../language/graph/graph.ts';
import { exitNodes, handlerTypeOf, startNodes } from '../../language/graph/handler-type.ts';
import { retryTargetKeys } from '../../language/graph/reachability.ts';
import { readingOrder } from '../../language/picture/reading-order.ts';

/** What a picture can foresee of a run. */
export interface Plan {
  /** Ids of the nodes a walk can come to at its top level, in reading order. */
  readonly topLevel: readonly string[];
  /** Ids of the nodes that only branches walk. */
  readonly inBranches: readonly string[];
}

export const noPlan: Plan = { topLevel: [], inBranches: [] };

export function planOf(graph: Graph): Plan {
  const reached = reachedAtTopLevel(graph);
  const { topLevel = [], inBranches = [] } = Object.groupBy(readingOrder(graph), (id) =>
    reached.has(id) ? 'topLevel' : 'inBranches',
  );
  return { topLevel, inBranches };
}

function reachedAtTopLevel(graph: Graph): ReadonlySet<string> {
  const types = new Map([...graph.nodes.values()].map((node) => [node.id, handlerTypeOf(graph, node)]));
  const typeOf = (id: string): string => types.get(id) ?? 'codergen';
  const fanIns = commonFanIns(graph, typeOf);
  const exits = exitNodes(graph).map(({ id }) => id);
  const reached = new Set(startNodes(graph).map(({ id }) => id));
  // A Set iterates over entries added meanwhile: it is the queue.
  for (const id of reached) {
    const fanIn = fanIns.get(id);
    const behindFanOut = fanIn === undefined ? exits : [fanIn];
    const next = typeOf(id) === 'parallel' ? behindFanOut : outgoing(graph, id).map(({ to }) => to);
    for (const target of [...next, ...retryTargets(graph, id)]) if (graph.nodes.has(target)) reached.add(target);
  }
  return reached;
}

function retryTargets(graph: Graph, id: string): readonly string[] {
  const node = graph.nodes.get(id);
  return node === undefined ? [] : retryTargetKeys.flatMap((key) => textOf(node, key) ?? []);
}

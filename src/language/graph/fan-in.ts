import { adjacencyOf, positionsOf } from './adjacency.ts';
import { componentsOf } from './cycles.ts';
import { outgoing, type Graph } from './graph.ts';

/** The handler type of a node by its id. Pass the same function again to share what was derived from it. */
export type HandlerOf = (nodeId: string) => string;

/**
 * The fan-in where all branches of a fan-out meet, after which the walk goes on (4.8, 4.9): the
 * nearest `parallel.fan_in` that every outgoing edge can reach without leaving its own nesting. An
 * inner fan-out is crossed by its own common fan-in; one that has none ends the branch there.
 * Nearest counts the edges of the longest shortest way of all branches; ties go by id. Undefined when
 * there is none.
 */
export function commonFanIn(graph: Graph, fanOutId: string, handlerOf: HandlerOf): string | undefined {
  return commonFanIns(graph, handlerOf).get(fanOutId);
}

/** The common fan-in of every fan-out that has one, by the fan-out's id. */
export function commonFanIns(graph: Graph, handlerOf: HandlerOf): ReadonlyMap<string, string> {
  const byHandler = derived.get(graph) ?? new WeakMap<HandlerOf, ReadonlyMap<string, string>>();
  derived.set(graph, byHandler);
  const known = byHandler.get(handlerOf);
  if (known) return known;
  const found = deriveFanIns(graph, handlerOf);
  byHandler.set(handlerOf, found);
  return found;
}

const derived = new WeakMap<Graph, WeakMap<HandlerOf, ReadonlyMap<string, string>>>();

/**
 * Inner fan-outs must be known before outer ones can be crossed: those further down the graph come first.
 * Within a loop there is no further down, hence more rounds until one finds nothing.
 */
function deriveFanIns(graph: Graph, handlerOf: HandlerOf): ReadonlyMap<string, string> {
  const types = new Map(Array.from(graph.nodes.keys(), (id) => [id, handlerOf(id)]));
  const found = new Map<string, string>();
  const fanOuts = [...types.keys()].filter((id) => types.get(id) === 'parallel');
  if (fanOuts.length === 0 || ![...types.values()].includes('parallel.fan_in')) return found;
  let open = innerFirst(graph, fanOuts);
  while (open.length > 0) {
    const stillOpen = open.filter((id) => {
      const fanIn = meetingPoint(graph, id, types, found);
      if (fanIn !== undefined) found.set(id, fanIn);
      return fanIn === undefined;
    });
    if (stillOpen.length === open.length) break;
    open = stillOpen;
  }
  return found;
}

function innerFirst(graph: Graph, ids: readonly string[]): readonly string[] {
  const positions = positionsOf(graph);
  const components = componentsOf(adjacencyOf(graph));
  const height = (id: string): number => components[positions.get(id) ?? 0] ?? 0;
  return ids.toSorted((a, b) => height(a) - height(b));
}

function meetingPoint(
  graph: Graph,
  fanOutId: string,
  types: ReadonlyMap<string, string>,
  inner: ReadonlyMap<string, string>,
): string | undefined {
  let common: ReadonlyMap<string, number> | undefined;
  for (const edge of outgoing(graph, fanOutId)) {
    const reached = reachedFanIns(graph, edge.to, types, inner);
    common = common === undefined ? reached : reachedByBoth(common, reached);
    if (common.size === 0) return undefined;
  }
  return [...(common ?? [])].sort(([a, near], [b, far]) => near - far || (a < b ? -1 : 1))[0]?.[0];
}

function reachedByBoth(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): ReadonlyMap<string, number> {
  const both = new Map<string, number>();
  for (const [id, distance] of a) {
    const other = b.get(id);
    if (other !== undefined) both.set(id, Math.max(distance, other));
  }
  return both;
}

/** Fan-ins a branch can end in, with their distance from its first node, breadth first. */
function reachedFanIns(
  graph: Graph,
  branch: string,
  types: ReadonlyMap<string, string>,
  inner: ReadonlyMap<string, string>,
): ReadonlyMap<string, number> {
  const reached = new Map<string, number>();
  const distances = new Map([[branch, 0]]);
  // A Map iterates over entries added meanwhile, in order: it is the queue.
  for (const [id, distance] of distances) {
    if (types.get(id) === 'parallel.fan_in') {
      reached.set(id, distance);
      continue;
    }
    const from = types.get(id) === 'parallel' ? inner.get(id) : id;
    for (const edge of from === undefined ? [] : outgoing(graph, from)) {
      if (!distances.has(edge.to)) distances.set(edge.to, distance + 1);
    }
  }
  return reached;
}

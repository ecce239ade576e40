import type { Edge, Graph } from './graph.ts';

/**
 * A graph in numbers: nodes by their position in the text, and where each leads. What looks at every edge
 * works on these, because looking up names costs most of the time in large graphs.
 */
export interface Adjacency {
  /** How many nodes there are. */
  readonly size: number;
  /** The targets of the node at a position are those from `starts[position]` up to `starts[position + 1]`. */
  readonly starts: Int32Array;
  readonly targets: Int32Array;
}

/** The ways between nodes: pairs of positions, source and target. */
export type Ways = readonly number[];

// Derived once per graph value; graphs are immutable, so they cannot go stale.
const positions = new WeakMap<Graph, ReadonlyMap<string, number>>();
const edges = new WeakMap<Graph, Ways>();

/** The position of every node in the text. */
export function positionsOf(graph: Graph): ReadonlyMap<string, number> {
  const known = positions.get(graph);
  if (known) return known;
  const found = new Map<string, number>();
  for (const id of graph.nodes.keys()) found.set(id, found.size);
  positions.set(graph, found);
  return found;
}

/** The edges of a graph, in their order. An end that is no node is -1. */
export function waysOf(graph: Graph): Ways {
  const known = edges.get(graph);
  if (known) return known;
  const found: number[] = [];
  const at = positionsOf(graph);
  for (const { from, to } of graph.edges) found.push(at.get(from) ?? -1, at.get(to) ?? -1);
  edges.set(graph, found);
  return found;
}

/** The edges of a graph for which `isMeant` holds. */
export function adjacencyOf(graph: Graph, isMeant: (edge: Edge) => boolean = () => true): Adjacency {
  const all = waysOf(graph);
  const meant: number[] = [];
  for (const [index, edge] of graph.edges.entries()) {
    if (isMeant(edge)) meant.push(all[2 * index] ?? -1, all[2 * index + 1] ?? -1);
  }
  return toAdjacency(graph.nodes.size, meant);
}

/** Targets of a node stay in the order of their ways; ways from or to no node are left out. */
export function toAdjacency(size: number, ways: Ways): Adjacency {
  // Counted one place further on, each start moves to its own place while the targets are laid down.
  const starts = new Int32Array(size + 2);
  const count = (index: number, more: number): number => (starts[index] = (starts[index] ?? 0) + more);
  eachWay(ways, (from) => count(from + 2, 1));
  for (let position = 0; position < size; position += 1) count(position + 2, starts[position + 1] ?? 0);
  const targets = new Int32Array(starts[size + 1] ?? 0);
  eachWay(ways, (from, to) => {
    targets[count(from + 1, 1) - 1] = to;
  });
  return { size, starts: starts.subarray(0, size + 1), targets };
}

function eachWay(ways: Ways, take: (from: number, to: number) => void): void {
  for (let way = 0; way < ways.length; way += 2) {
    const [from, to] = [ways[way] ?? -1, ways[way + 1] ?? -1];
    if (from >= 0 && to >= 0) take(from, to);
  }
}

/** Whether an edge leads straight from one node to another. */
export function leadsTo({ starts, targets }: Adjacency, from: number, to: number): boolean {
  return targets.subarray(starts[from], starts[from + 1]).includes(to);
}

/** Every node a way leads to from `roots`, roots included: 1 at its position. */
export function reachable({ size, starts, targets }: Adjacency, roots: Iterable<number>): Uint8Array {
  const seen = new Uint8Array(size);
  const queue = [...roots];
  for (const root of queue) seen[root] = 1;
  for (let next = 0; next < queue.length; next += 1) {
    const position = queue[next] ?? 0;
    for (let edge = starts[position] ?? 0; edge < (starts[position + 1] ?? 0); edge += 1) {
      const target = targets[edge] ?? 0;
      if (seen[target] === 1) continue;
      seen[target] = 1;
      queue.push(target);
    }
  }
  return seen;
}

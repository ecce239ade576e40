import { type Adjacency, leadsTo, positionsOf, reachable, toAdjacency, waysOf } from './adjacency.ts';
import { textOf } from './attributes.ts';
import { componentsOf } from './cycles.ts';
import type { Graph } from './graph.ts';

/** Where a walk can get to: along edges, and by the jumps of nodes' retry targets (3.7). */
export interface Reach {
  /** Every node a walk that begins at one of `roots` can come to, roots included. Unknown ids are left out. */
  from(roots: Iterable<string>): ReadonlySet<string>;
  /** Whether a walk from one node can come to another; a node reaches itself only by an edge or a jump. */
  connects(from: string, to: string): boolean;
}

export const retryTargetKeys = ['retry_target', 'fallback_retry_target'] as const;

export function createReach(graph: Graph): Reach {
  const positions = positionsOf(graph);
  const successors = successorsOf(graph);
  let components: Int32Array | undefined;
  // Questions about one beginning and many ends come one after the other.
  let latest: { readonly from: number; readonly reached: Uint8Array } | undefined;
  const connects = (from: number, to: number): boolean => {
    if (leadsTo(successors, from, to)) return true;
    if (from !== to && leadsTo(successors, to, from)) {
      components ??= componentsOf(successors);
      return components[from] === components[to];
    }
    if (latest?.from !== from) latest = { from, reached: reachable(successors, targetsOf(successors, from)) };
    return latest.reached[to] === 1;
  };
  return {
    from(roots) {
      const seen = reachable(
        successors,
        [...roots].flatMap((id) => positions.get(id) ?? []),
      );
      return new Set([...positions.keys()].filter((_id, position) => seen[position] === 1));
    },
    connects(from, to) {
      const [start, goal] = [positions.get(from), positions.get(to)];
      return start !== undefined && goal !== undefined && connects(start, goal);
    },
  };
}

function targetsOf({ starts, targets }: Adjacency, position: number): Int32Array {
  return targets.subarray(starts[position], starts[position + 1]);
}

function successorsOf(graph: Graph): Adjacency {
  const positions = positionsOf(graph);
  const ways = [...waysOf(graph)];
  let position = 0;
  for (const node of graph.nodes.values()) {
    for (const key of retryTargetKeys) {
      const target = textOf(node, key);
      if (target !== undefined) ways.push(position, positions.get(target) ?? -1);
    }
    position += 1;
  }
  return toAdjacency(positions.size, ways);
}

import { textOf } from './attributes.ts';
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
  const ids = [...graph.nodes.keys()];
  const positions = new Map(ids.map((id, position) => [id, position]));
  const successors = successorsOf(graph, positions);
  const visit = (roots: Iterable<number>, goal?: number): Uint8Array => {
    const seen = new Uint8Array(ids.length);
    const queue = [...roots];
    for (const position of queue) seen[position] = 1;
    for (let next = 0; next < queue.length && (goal === undefined || seen[goal] === 0); next += 1) {
      for (const successor of successors[queue[next] ?? 0] ?? []) {
        if (seen[successor] === 1) continue;
        seen[successor] = 1;
        queue.push(successor);
      }
    }
    return seen;
  };
  return {
    from(roots) {
      const seen = visit([...roots].flatMap((id) => positions.get(id) ?? []));
      return new Set(ids.filter((_id, position) => seen[position] === 1));
    },
    connects(from, to) {
      const [start, goal] = [positions.get(from), positions.get(to)];
      return start !== undefined && goal !== undefined && visit(successors[start] ?? [], goal)[goal] === 1;
    },
  };
}

function successorsOf(graph: Graph, positions: ReadonlyMap<string, number>): readonly (readonly number[])[] {
  const successors: number[][] = Array.from(positions, () => []);
  const connect = (from: string, to: string | undefined): void => {
    const [source, target] = [positions.get(from), to === undefined ? undefined : positions.get(to)];
    if (source !== undefined && target !== undefined) successors[source]?.push(target);
  };
  for (const edge of graph.edges) connect(edge.from, edge.to);
  for (const node of graph.nodes.values()) for (const key of retryTargetKeys) connect(node.id, textOf(node, key));
  return successors;
}

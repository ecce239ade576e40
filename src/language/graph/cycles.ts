import type { Edge, Graph } from './graph.ts';

/**
 * Groups of nodes in which each can come back to itself along the given edges: the strongly connected
 * components that hold at least one cycle (Tarjan, without recursion, so long graphs are no problem).
 */
export function cyclicGroups(graph: Graph, edges: readonly Edge[]): readonly ReadonlySet<string>[] {
  const targets = Map.groupBy(edges, (edge) => edge.from);
  const search: Search = { order: new Map(), low: new Map(), open: [], isOpen: new Set(), groups: [] };
  for (const id of graph.nodes.keys()) {
    if (!search.order.has(id)) explore(id, targets, search);
  }
  return search.groups.filter((group) => group.size > 1 || isSelfLoop([...group][0], targets));
}

interface Search {
  /** When each node was first met. */
  readonly order: Map<string, number>;
  /** The earliest open node each one can get to. */
  readonly low: Map<string, number>;
  readonly open: string[];
  readonly isOpen: Set<string>;
  readonly groups: ReadonlySet<string>[];
}

type Targets = ReadonlyMap<string, readonly Edge[]>;

function explore(root: string, targets: Targets, search: Search): void {
  const path = [enter(root, targets, search)];
  for (let frame = path.at(-1); frame !== undefined; frame = path.at(-1)) {
    const edge = frame.edges[frame.next];
    frame.next += 1;
    if (edge === undefined) {
      path.pop();
      leave(frame.id, search);
      const parent = path.at(-1);
      if (parent) lower(parent.id, search.low.get(frame.id), search);
    } else if (!search.order.has(edge.to)) {
      path.push(enter(edge.to, targets, search));
    } else if (search.isOpen.has(edge.to)) {
      lower(frame.id, search.order.get(edge.to), search);
    }
  }
}

function enter(
  id: string,
  targets: Targets,
  search: Search,
): { readonly id: string; readonly edges: readonly Edge[]; next: number } {
  search.low.set(id, search.order.size);
  search.order.set(id, search.order.size);
  search.open.push(id);
  search.isOpen.add(id);
  return { id, edges: targets.get(id) ?? [], next: 0 };
}

function lower(id: string, candidate: number | undefined, search: Search): void {
  const known = search.low.get(id);
  if (candidate !== undefined && known !== undefined && candidate < known) search.low.set(id, candidate);
}

/** Closes the group whose first-met node is `id`. */
function leave(id: string, search: Search): void {
  if (search.low.get(id) !== search.order.get(id)) return;
  const group = new Set(search.open.splice(search.open.lastIndexOf(id)));
  for (const member of group) search.isOpen.delete(member);
  search.groups.push(group);
}

function isSelfLoop(id: string | undefined, targets: Targets): boolean {
  return id !== undefined && (targets.get(id) ?? []).some((edge) => edge.to === id);
}

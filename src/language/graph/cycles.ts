import { adjacencyOf, leadsTo, type Adjacency } from './adjacency.ts';
import type { Edge, Graph } from './graph.ts';

/** Groups of nodes in which each can come back to itself along edges for which `isMeant` holds. */
export function cyclicGroups(graph: Graph, isMeant?: (edge: Edge) => boolean): readonly ReadonlySet<string>[] {
  const adjacency = adjacencyOf(graph, isMeant);
  const components = componentsOf(adjacency);
  const sizes = new Int32Array(adjacency.size);
  for (const component of components) sizes[component] = (sizes[component] ?? 0) + 1;
  const groups: Set<string>[] = [];
  let position = -1;
  for (const id of graph.nodes.keys()) {
    position += 1;
    const component = components[position] ?? 0;
    if ((sizes[component] ?? 0) > 1 || leadsTo(adjacency, position, position))
      (groups[component] ??= new Set()).add(id);
  }
  // Components without a cycle left holes.
  return groups.flat();
}

/**
 * The strongly connected component of every node: nodes that can come back to each other have the same
 * number, and a component that others lead into has a smaller one (Tarjan, without recursion, so long
 * graphs are no problem).
 */
export function componentsOf(adjacency: Adjacency): Int32Array {
  return new ComponentSearch(adjacency).run();
}

class ComponentSearch {
  readonly #graph: Adjacency;
  readonly #component: Int32Array;
  /** When each node was first met; -1 before. */
  readonly #order: Int32Array;
  /** The earliest node without a component that each one can get to. */
  readonly #low: Int32Array;
  /** The edge of each node to look at next. */
  readonly #next: Int32Array;
  readonly #path: number[] = [];
  /** Nodes met that have no component yet. */
  readonly #open: number[] = [];
  #met = 0;
  #found = 0;

  constructor(graph: Adjacency) {
    this.#graph = graph;
    this.#component = new Int32Array(graph.size).fill(-1);
    this.#order = new Int32Array(graph.size).fill(-1);
    this.#low = new Int32Array(graph.size);
    this.#next = graph.starts.slice();
  }

  run(): Int32Array {
    for (let root = 0; root < this.#graph.size; root += 1) {
      if (this.#order[root] === -1) this.#enter(root);
      for (let node = this.#path.at(-1); node !== undefined; node = this.#path.at(-1)) this.#step(node);
    }
    return this.#component;
  }

  #step(node: number): void {
    const edge = this.#next[node] ?? 0;
    if (edge === this.#graph.starts[node + 1]) return this.#leave(node);
    this.#next[node] = edge + 1;
    const target = this.#graph.targets[edge] ?? 0;
    if (this.#order[target] === -1) this.#enter(target);
    else if (this.#component[target] === -1) this.#lower(node, this.#order[target] ?? 0);
  }

  #enter(node: number): void {
    this.#order[node] = this.#met;
    this.#low[node] = this.#met;
    this.#met += 1;
    this.#path.push(node);
    this.#open.push(node);
  }

  #lower(node: number, candidate: number): void {
    if (candidate < (this.#low[node] ?? 0)) this.#low[node] = candidate;
  }

  /** Closes the component whose first node is `node`. */
  #leave(node: number): void {
    this.#path.pop();
    const parent = this.#path.at(-1);
    if (parent !== undefined) this.#lower(parent, this.#low[node] ?? 0);
    if (this.#low[node] !== this.#order[node]) return;
    let member: number | undefined;
    do {
      member = this.#open.pop();
      if (member !== undefined) this.#component[member] = this.#found;
    } while (member !== undefined && member !== node);
    this.#found += 1;
  }
}

import type { Span } from './span.ts';

/**
 * The intermediate representation every reader (DOT, YAML, planner) produces and the engine walks.
 * Immutable: transforms return new values. Order of nodes and edges is that of the source.
 */
export interface Graph {
  readonly kind: 'graph';
  readonly name: string;
  readonly attributes: Attributes;
  readonly nodes: ReadonlyMap<string, Node>;
  readonly edges: readonly Edge[];
  readonly span: Span;
}

export interface Node {
  readonly kind: 'node';
  readonly id: string;
  readonly attributes: Attributes;
  /** From `class` and from enclosing subgraph labels (2.10, 2.12), without duplicates. */
  readonly classes: readonly string[];
  /** Classes derived from enclosing subgraphs only, innermost last: the fourth source of a thread key (5.4). */
  readonly subgraphClasses: readonly string[];
  readonly span: Span;
}

export interface Edge {
  readonly kind: 'edge';
  readonly from: string;
  readonly to: string;
  readonly attributes: Attributes;
  readonly span: Span;
}

/** Attributes by key. A Map, so that names such as `__proto__` are ordinary keys. */
export type Attributes = ReadonlyMap<string, Attribute>;

export interface Attribute {
  readonly key: string;
  readonly value: AttributeValue;
  /** Who set it: later origins in this list never override an explicit one. */
  readonly origin: 'explicit' | 'default' | 'stylesheet' | 'transform';
  readonly span: Span;
}

/** The six literal kinds of section 2.2. `text` is the literal as a string; durations keep their spelling. */
export type AttributeValue =
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'bare'; readonly text: string }
  | { readonly kind: 'integer'; readonly text: string; readonly number: number }
  | { readonly kind: 'float'; readonly text: string; readonly number: number }
  | { readonly kind: 'boolean'; readonly text: string; readonly boolean: boolean }
  | { readonly kind: 'duration'; readonly text: string; readonly ms: number };

export function outgoing(graph: Graph, nodeId: string): readonly Edge[] {
  return edgeIndex(graph).from.get(nodeId) ?? none;
}

export function incoming(graph: Graph, nodeId: string): readonly Edge[] {
  return edgeIndex(graph).to.get(nodeId) ?? none;
}

const none: readonly Edge[] = [];

interface EdgeIndex {
  readonly from: ReadonlyMap<string, readonly Edge[]>;
  readonly to: ReadonlyMap<string, readonly Edge[]>;
}

// Derived once per graph value; graphs are immutable, so it cannot go stale.
const indexes = new WeakMap<Graph, EdgeIndex>();

function edgeIndex(graph: Graph): EdgeIndex {
  const known = indexes.get(graph);
  if (known) return known;
  const index = {
    from: Map.groupBy(graph.edges, (edge) => edge.from),
    to: Map.groupBy(graph.edges, (edge) => edge.to),
  };
  indexes.set(graph, index);
  return index;
}

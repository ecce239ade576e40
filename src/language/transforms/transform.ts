import type { Graph } from '../graph/graph.ts';

/** Rewrites a graph between parsing and validation (9.1). Returns a new value; the given one is immutable. */
export interface Transform {
  /** Named by the diagnostic when it fails. */
  readonly name: string;
  apply(graph: Graph): Graph;
}

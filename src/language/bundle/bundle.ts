/**
 * Everything a run needs of its pipeline, as plain JSON without places in files: equal pipelines are
 * equal bundles. A caller stores `canonicalJson(bundle)` and names it by its hash. Lists of pairs
 * instead of objects keep the order and make any name an ordinary one.
 */
export interface Bundle {
  readonly version: 1;
  readonly graph: BundledGraph;
  /** Child pipelines by the path written in this graph. */
  readonly children: readonly BundledChild[];
}

export interface BundledChild {
  readonly path: string;
  readonly bundle: Bundle;
}

export interface BundledGraph {
  readonly name: string;
  readonly attributes: readonly BundledAttribute[];
  readonly nodes: readonly BundledNode[];
  readonly edges: readonly BundledEdge[];
}

export interface BundledNode {
  readonly id: string;
  readonly attributes: readonly BundledAttribute[];
  readonly classes: readonly string[];
  readonly subgraphClasses: readonly string[];
}

export interface BundledEdge {
  readonly from: string;
  readonly to: string;
  readonly attributes: readonly BundledAttribute[];
}

/** The literal as written, with its kind (2.4): number, milliseconds and truth follow from them. */
export interface BundledAttribute {
  readonly key: string;
  readonly kind: 'string' | 'bare' | 'integer' | 'float' | 'boolean' | 'duration';
  readonly text: string;
}

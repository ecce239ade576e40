import { listOf } from '../graph/attributes.ts';
import type { Attribute, Attributes, Edge, Graph, Node } from '../graph/graph.ts';
import type { Span } from '../graph/span.ts';
import type { TextSpan } from '../scan/source-text.ts';
import { classNameOf } from './class-name.ts';

/**
 * A graph while it is read. Owns what statements mean: defaults and their scopes, merging,
 * classes from subgraphs (2.9 to 2.12). Does not own how statements look (`parser.ts`).
 *
 * - D1. The defaults in force where a node is first seen are its own for good; later blocks of the
 *   same scope do not change it. Repeated statements merge, the later value of a key counts.
 * - D2. A node belongs to a subgraph when a node statement stands in it, or when it is first seen there.
 * - D3. A node seen before and then declared in a subgraph takes the defaults set by the subgraphs
 *   around that statement, except for what it sets itself (2.10).
 */
export class GraphDraft {
  readonly root: Scope = new Scope(undefined);
  readonly #nodes = new Map<string, NodeDraft>();
  readonly #edges: Edge[] = [];

  /** A node statement. */
  declareNode(scope: Scope, id: string, attributes: Attributes, span: Span): void {
    const known = this.#nodes.get(id);
    const node = known ?? this.#create(scope, id, span);
    if (known) {
      // The first statement of a node is where people look for it, not the edge that named it before.
      if (!known.declared) known.span = span;
      known.join(scope);
    }
    node.declared = true;
    for (const [key, attribute] of attributes) node.attributes.set(key, attribute);
  }

  /** One edge statement: every neighbouring pair of `ends` becomes an edge with the same attributes (2.9). */
  addEdges(
    scope: Scope,
    ends: readonly { readonly id: string; readonly span: TextSpan }[],
    attributes: Attributes,
  ): void {
    for (const { id, span } of ends) if (!this.#nodes.has(id)) this.#create(scope, id, span);
    const defaults = scope.edgeDefaults.attributes;
    const merged = defaults.size === 0 ? attributes : new Map([...defaults, ...attributes]);
    ends.forEach((to, index) => {
      const from = ends[index - 1];
      if (from === undefined) return;
      this.#edges.push({ kind: 'edge', from: from.id, to: to.id, attributes: merged, span: from.span.upTo(to.span) });
    });
  }

  #create(scope: Scope, id: string, span: Span): NodeDraft {
    const node = new NodeDraft(scope, span);
    this.#nodes.set(id, node);
    return node;
  }

  finish(name: string, span: Span): Graph {
    const nodes = new Map<string, Node>();
    for (const [id, node] of this.#nodes) nodes.set(id, node.finish(id));
    return { kind: 'graph', name, attributes: this.root.attributes, nodes, edges: this.#edges, span };
  }
}

/** What a pair of braces encloses: its own attributes and the defaults in force. */
export class Scope {
  readonly depth: number;
  readonly attributes = new Map<string, Attribute>();
  /** The subgraphs around, outermost first, this one last; empty at the top level. */
  readonly chain: readonly Scope[];
  readonly nodeDefaults: Defaults;
  readonly edgeDefaults: Defaults;
  /** The part of `nodeDefaults` that subgraphs set, not the top level. */
  readonly subgraphDefaults: Defaults;
  #className: { readonly name: string | undefined } | undefined;

  constructor(parent: Scope | undefined) {
    this.depth = parent ? parent.depth + 1 : 0;
    this.chain = parent ? [...parent.chain, this] : [];
    this.nodeDefaults = new Defaults(parent?.nodeDefaults);
    this.edgeDefaults = new Defaults(parent?.edgeDefaults);
    this.subgraphDefaults = new Defaults(parent?.subgraphDefaults);
  }

  addAttributes(attributes: Attributes): void {
    for (const [key, attribute] of attributes) this.attributes.set(key, attribute);
  }

  addNodeDefaults(attributes: Attributes): void {
    this.nodeDefaults.add(attributes);
    if (this.depth > 0) this.subgraphDefaults.add(attributes);
  }

  /** The class of the nodes inside; asked for when the whole text is read, as the label may come last. */
  get className(): string | undefined {
    this.#className ??= { name: classNameOf(this.attributes.get('label')?.value.text ?? '') };
    return this.#className.name;
  }
}

/** Shares its parent's map until it adds to it: a parent scope cannot change while its child is open. */
class Defaults {
  #attributes: Map<string, Attribute>;
  #shared: boolean;

  constructor(parent: Defaults | undefined) {
    this.#attributes = parent ? parent.#attributes : new Map();
    this.#shared = parent !== undefined;
  }

  get attributes(): Attributes {
    return this.#attributes;
  }

  add(attributes: Attributes): void {
    if (this.#shared) this.#attributes = new Map(this.#attributes);
    this.#shared = false;
    for (const [key, attribute] of attributes) this.#attributes.set(key, attribute);
  }
}

class NodeDraft {
  declared = false;
  span: Span;
  readonly attributes: Map<string, Attribute>;
  /** Most nodes stand at the top level and need no set of their own. */
  #subgraphs: Set<Scope> | undefined;

  constructor(scope: Scope, span: Span) {
    this.span = span;
    this.attributes = new Map(scope.nodeDefaults.attributes);
    this.#subgraphs = scope.depth === 0 ? undefined : new Set(scope.chain);
  }

  join(scope: Scope): void {
    if (scope.depth === 0 || this.#subgraphs?.has(scope)) return;
    this.#subgraphs ??= new Set();
    for (const subgraph of scope.chain) this.#subgraphs.add(subgraph);
    for (const [key, attribute] of scope.subgraphDefaults.attributes) {
      if (this.attributes.get(key)?.origin !== 'explicit') this.attributes.set(key, attribute);
    }
  }

  finish(id: string): Node {
    const subgraphClasses = this.#subgraphs === undefined ? none : classesOf(this.#subgraphs);
    const own = this.attributes.has('class') ? listOf(this, 'class') : none;
    const classes = own === none ? subgraphClasses : unique([...own, ...subgraphClasses]);
    return { kind: 'node', id, attributes: this.attributes, classes, subgraphClasses, span: this.span };
  }
}

const none: readonly string[] = [];

function classesOf(scopes: ReadonlySet<Scope>): readonly string[] {
  return unique([...scopes].flatMap((scope) => scope.className ?? []));
}

const unique = (names: readonly string[]): readonly string[] => [...new Set(names)];

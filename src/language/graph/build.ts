import type { Attribute, AttributeValue, Attributes, Edge, Graph, Node } from './graph.ts';
import { noSpan, type Span } from './span.ts';

/** Attribute values as code writes them: numbers and booleans keep their kind. */
export type PlainAttributes = Readonly<Record<string, string | number | boolean>>;

export interface GraphParts {
  readonly name?: string;
  /** The file diagnostics name; `<code>` when the graph comes from no file. */
  readonly file?: string;
  readonly attributes?: PlainAttributes;
  /** Attributes by node id. */
  readonly nodes?: Readonly<Record<string, PlainAttributes>>;
  /** `from`, `to` and attributes. Nodes an edge names and `nodes` does not are created, as in DOT. */
  readonly edges?: readonly (readonly [from: string, to: string, attributes?: PlainAttributes])[];
}

/**
 * A graph made in code, without a text: for planners, custom transforms and tests.
 *
 * @example
 * buildGraph({ nodes: { start: { shape: 'Mdiamond' }, exit: { shape: 'Msquare' } }, edges: [['start', 'exit']] });
 */
export function buildGraph(parts: GraphParts): Graph {
  const span = noSpan(parts.file ?? '<code>');
  const edges = (parts.edges ?? []).map(([from, to, attributes]): Edge => ({
    kind: 'edge',
    from,
    to,
    attributes: explicit(attributes, span),
    span,
  }));
  const nodes = new Map(
    Object.entries(parts.nodes ?? {}).map(([id, attributes]) => [id, buildNode(id, explicit(attributes, span), span)]),
  );
  for (const id of edges.flatMap(({ from, to }) => [from, to])) {
    if (!nodes.has(id)) nodes.set(id, buildNode(id, new Map(), span));
  }
  return { kind: 'graph', name: parts.name ?? 'G', attributes: explicit(parts.attributes, span), nodes, edges, span };
}

/** A literal of the kind its JavaScript type says; numbers with a fraction are floats. */
export function attributeValue(plain: string | number | boolean): AttributeValue {
  switch (typeof plain) {
    case 'string':
      return { kind: 'string', text: plain };
    case 'boolean':
      return { kind: 'boolean', text: String(plain), boolean: plain };
    default:
      return { kind: Number.isInteger(plain) ? 'integer' : 'float', text: String(plain), number: plain };
  }
}

function buildNode(id: string, attributes: Attributes, span: Span): Node {
  const written = attributes.get('class')?.value.text ?? '';
  const classes = written
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  return { kind: 'node', id, attributes, classes: [...new Set(classes)], subgraphClasses: [], span };
}

function explicit(plain: PlainAttributes | undefined, span: Span): Attributes {
  return new Map(
    Object.entries(plain ?? {}).map(([key, value]): [string, Attribute] => [
      key,
      { key, value: attributeValue(value), origin: 'explicit', span },
    ]),
  );
}

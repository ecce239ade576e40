import type { Diagnostic } from '../contract/diagnostic.ts';
import type { Compilation } from './compile.ts';
import { plainValue } from './graph/attributes.ts';
import type { Attributes, Graph } from './graph/graph.ts';
import { handlerTypeOf } from './graph/handler-type.ts';

/** What `orchestra compile --json` prints. Other programs rely on its shape. */
export interface CompilationDocument {
  readonly ok: boolean;
  readonly diagnostics: readonly Diagnostic[];
  readonly graph: GraphDocument | null;
}

export interface GraphDocument {
  readonly name: string;
  readonly attributes: PlainAttributes;
  readonly nodes: readonly {
    readonly id: string;
    readonly handler: string;
    readonly attributes: PlainAttributes;
    readonly classes: readonly string[];
  }[];
  readonly edges: readonly { readonly from: string; readonly to: string; readonly attributes: PlainAttributes }[];
}

type PlainAttributes = Readonly<Record<string, string | number | boolean>>;

/**
 * The graph after transforms, with the attributes that the text, its default blocks, its stylesheet or
 * a transform set: no default of the engine is filled in.
 * @param customTypes those given to `compile`
 */
export function compilationDocument(
  { ok, diagnostics, graph }: Compilation,
  customTypes: ReadonlySet<string> = new Set(),
): CompilationDocument {
  return { ok, diagnostics, graph: graph ? graphDocument(graph, customTypes) : null };
}

/** The graph of such a document. */
export function graphDocument(graph: Graph, customTypes: ReadonlySet<string> = new Set()): GraphDocument {
  return {
    name: graph.name,
    attributes: plain(graph.attributes),
    nodes: [...graph.nodes.values()].map((node) => ({
      id: node.id,
      handler: handlerTypeOf(graph, node, customTypes),
      attributes: plain(node.attributes),
      classes: node.classes,
    })),
    edges: graph.edges.map(({ from, to, attributes }) => ({ from, to, attributes: plain(attributes) })),
  };
}

function plain(attributes: Attributes): PlainAttributes {
  return Object.fromEntries([...attributes].map(([key, { value }]) => [key, plainValue(value)]));
}

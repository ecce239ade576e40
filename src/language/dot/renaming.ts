import type { IToken } from 'chevrotain';
import type { TextEdit } from '../../contract/diagnostic.ts';
import { attributeCatalogue } from '../graph/attribute-catalogue.ts';
import type { Attribute, Attributes, Graph, Node } from '../graph/graph.ts';
import { renamedNode } from './complaints.ts';
import type { Findings } from './findings.ts';
import { encodeString } from './literal.ts';
import { NodeNames } from './node-names.ts';

/** Keys whose value may be the id of a node. */
const referenceKeys: ReadonlySet<string> = new Set([
  ...attributeCatalogue.filter(({ kind }) => kind === 'node').map(({ key }) => key),
  'human.default_choice',
]);

/** Where a label is written so that it belongs to a node, and the punctuation around it there. */
export interface LabelPlace {
  readonly offset: number;
  readonly before: string;
  readonly after: string;
}

interface Renamed {
  /** Those of the first complaint of the name. */
  readonly edits: TextEdit[];
  place: LabelPlace | undefined;
}

/**
 * What follows from writing a node's name as an id of the grammar: attributes that name the node name it
 * by its id, and the name stays what people see, and the prompt of last resort, as its label.
 */
export class Renaming {
  readonly #names: NodeNames;
  readonly #renamed = new Map<string, Renamed>();
  readonly #references: { readonly attribute: Attribute; readonly token: IToken }[] = [];

  constructor(tokens: readonly IToken[]) {
    this.#names = new NodeNames(tokens);
  }

  idOf(name: string): string {
    return this.#names.idOf(name);
  }

  /** Tells where a name was complained of. Later ones of the same id change nothing. */
  complained(id: string, edits: TextEdit[]): void {
    if (!this.#renamed.has(id)) this.#renamed.set(id, { edits, place: undefined });
  }

  /** A place for the label of a node: its first statement counts, or else the first edge. */
  placeLabel(id: string, place: LabelPlace, isStatement: boolean): void {
    const renamed = this.#renamed.get(id);
    if (renamed && (isStatement ? !this.#stated.has(id) : renamed.place === undefined)) renamed.place = place;
    if (isStatement) this.#stated.add(id);
  }

  readonly #stated = new Set<string>();

  /** True when a value may name a node, and so has to be told to `refer`. */
  static mayRefer(key: string): boolean {
    return referenceKeys.has(key);
  }

  refer(attribute: Attribute, token: IToken): void {
    this.#references.push({ attribute, token });
  }

  /** The graph with labels and references put right; complains of the references. */
  finish(graph: Graph, findings: Findings): Graph {
    if (this.#names.given.size === 0) return graph;
    // On edges these keys name nothing.
    const subjects = [graph, ...graph.nodes.values()];
    const used = new Set(subjects.flatMap(({ attributes }) => [...attributes.values()]));
    const replaced = this.#renameReferences(used, findings);
    const nodes = new Map([...graph.nodes].map(([id, node]) => [id, renameIn(node, replaced)]));
    for (const [name, id] of this.#names.given) {
      const node = nodes.get(id);
      if (node && !node.attributes.has('label')) nodes.set(id, this.#labelled(node, name));
    }
    return { ...renameIn(graph, replaced), nodes };
  }

  #renameReferences(used: ReadonlySet<Attribute>, findings: Findings): ReadonlyMap<Attribute, Attribute> {
    const replaced = new Map<Attribute, Attribute>();
    for (const { attribute, token } of this.#references) {
      const name = attribute.value.text;
      const id = this.#names.given.get(name);
      if (id === undefined || !used.has(attribute)) continue;
      const start = token.startOffset;
      const edit = { start, end: start + token.image.length, text: encodeString(id) };
      findings.error(token, renamedNode(name, id), [edit]);
      replaced.set(attribute, { ...attribute, value: { kind: 'string', text: id } });
    }
    return replaced;
  }

  #labelled(node: Node, name: string): Node {
    const renamed = this.#renamed.get(node.id);
    if (renamed?.place) {
      const { offset, before, after } = renamed.place;
      renamed.edits.push({ start: offset, end: offset, text: `${before}label=${encodeString(name)}${after}` });
    }
    return { ...node, attributes: withLabel(node.attributes, name, node.span) };
  }
}

/** @param span of what the label is derived from */
export function withLabel(attributes: Attributes, text: string, span: Attribute['span']): Attributes {
  const label: Attribute = { key: 'label', value: { kind: 'string', text }, origin: 'explicit', span };
  return new Map([...attributes, ['label', label]]);
}

function renameIn<T extends { readonly attributes: Attributes }>(
  subject: T,
  replaced: ReadonlyMap<Attribute, Attribute>,
): T {
  const changes = [...subject.attributes.values()].some((attribute) => replaced.has(attribute));
  if (!changes) return subject;
  const attributes = [...subject.attributes].map(([key, attribute]) => [key, replaced.get(attribute) ?? attribute]);
  return { ...subject, attributes: new Map(attributes as [string, Attribute][]) };
}

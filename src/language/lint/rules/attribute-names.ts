import { attributeCatalogue, attributeEntry, type AttributeOwner } from '../../graph/attribute-catalogue.ts';
import type { Edge, Graph, Node } from '../../graph/graph.ts';
import { nearest } from '../../scan/nearest.ts';
import type { LintRule } from '../lint-rule.ts';
import { finding, placeOf } from '../../graph/place.ts';

/**
 * An attribute without effect that was most likely meant to have one: nearly the name of another, or
 * right on another kind of element. Everything else unknown is Graphviz's or a custom handler's.
 */
export const attributeName: LintRule = {
  name: 'attribute_name',
  apply: (graph, { handlerOf, customTypes }) =>
    [graph, ...graph.nodes.values(), ...graph.edges].flatMap((subject) => {
      if (subject.kind === 'node' && customTypes.has(handlerOf(subject.id))) return [];
      return [...subject.attributes.values()]
        .filter(({ key, origin }) => origin === 'explicit' && attributeEntry(subject.kind, key) === undefined)
        .flatMap(({ key }) => {
          const hint = hintFor(subject, key);
          return hint === undefined ? [] : finding('attribute_name', 'warning', `${key} has no effect on ${aOf[subject.kind]}`, placeOf(subject, key), hint);
        });
    }),
};

const aOf: Readonly<Record<AttributeOwner, string>> = { graph: 'the graph', node: 'a node', edge: 'an edge' };

/** Known to Graphviz on every element, or near a name of ours by chance. */
const ofGraphviz: ReadonlySet<string> = new Set(['class', 'label', 'xlabel', 'height', 'weight', 'shape', 'name', 'k', 'K']);

function hintFor({ kind }: Graph | Node | Edge, key: string): string | undefined {
  if (ofGraphviz.has(key)) return undefined;
  const elsewhere = attributeCatalogue.filter((entry) => entry.key === key).map(({ on }) => aOf[on]);
  if (elsewhere.length > 0) return `Write it on ${elsewhere.join(' or ')}.`;
  const near = key.length < 5 ? undefined : nearest(key, keysOn[kind]);
  return near === undefined ? undefined : `Did you mean \`${near}\`?`;
}

const keysOn: Readonly<Record<AttributeOwner, readonly string[]>> = {
  graph: keysOf('graph'),
  node: keysOf('node'),
  edge: keysOf('edge'),
};

function keysOf(owner: AttributeOwner): readonly string[] {
  return attributeCatalogue.filter(({ on }) => on === owner).map(({ key }) => key);
}

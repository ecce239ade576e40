import { durationOf, integerOf, listOf, numberOf, textOf } from '../../graph/attributes.ts';
import { attributeEntry, type AttributeEntry } from '../../graph/attribute-catalogue.ts';
import type { Edge, Graph, Node } from '../../graph/graph.ts';
import { didYouMean } from '../../scan/nearest.ts';
import type { LintRule } from '../lint-rule.ts';
import { finding, placeOf, type Place } from '../../graph/place.ts';

/** A word or item outside the list of an attribute. Fidelity modes are left to `fidelity_valid`. */
export const enumValue: LintRule = {
  name: 'enum_value',
  apply: (graph) =>
    written(graph).flatMap(({ subject, entry, text, place }) => {
      const { key, values = [], kind } = entry;
      if (values.length === 0 || key.endsWith('fidelity')) return [];
      const wrong = (kind === 'list' ? listOf(subject, key) : [text]).filter((word) => !values.includes(word));
      return wrong.map((word) => finding('enum_value', 'warning', `${word} is not a value of ${key}`, place, didYouMean(word, values)));
    }),
};

/** A duration that cannot be read. */
export const durationValue: LintRule = {
  name: 'duration_value',
  apply: (graph) =>
    written(graph)
      .filter(({ subject, entry }) => entry.kind === 'duration' && durationOf(subject, entry.key) === undefined)
      .map(({ entry, text, place }) =>
        finding('duration_value', 'warning', `${entry.key}: ${text} is not a duration`, place, 'Write a whole number and a unit: `250ms`, `900s`, `15m`, `2h`, `1d`.'),
      ),
};

/** A number or truth value that cannot be read as one. */
export const attributeKind: LintRule = {
  name: 'attribute_kind',
  apply: (graph) =>
    written(graph).flatMap(({ subject, entry, text, place }) => {
      const expected = expectation(subject, entry, text);
      if (expected === undefined) return [];
      return finding('attribute_kind', 'warning', `${entry.key}: ${text} is not ${expected}`, place, `Write ${expected} for ${entry.key}.`);
    }),
};

/** What should have been written; undefined where the text is of its kind. */
function expectation(subject: Graph | Node | Edge, { kind, key }: AttributeEntry, text: string): string | undefined {
  switch (kind) {
    case 'integer':
      return integerOf(subject, key) === undefined ? 'a whole number' : undefined;
    case 'number':
      return numberOf(subject, key) === undefined ? 'a number' : undefined;
    case 'boolean':
      return text === 'true' || text === 'false' ? undefined : '`true` or `false`';
    case 'text':
    case 'duration':
    case 'enum':
    case 'node':
    case 'list':
      return undefined;
  }
}

interface Written {
  readonly subject: Graph | Node | Edge;
  readonly entry: AttributeEntry;
  readonly text: string;
  readonly place: Place;
}

/** Every known attribute that is set to something. */
function written(graph: Graph): readonly Written[] {
  return [graph, ...graph.nodes.values(), ...graph.edges].flatMap((subject) =>
    [...subject.attributes.values()].flatMap(({ key, origin }): Written[] => {
      const entry = attributeEntry(subject.kind, key);
      const text = textOf(subject, key);
      if (entry === undefined || text === undefined) return [];
      return [{ subject, entry, text, place: origin === 'explicit' ? placeOf(subject, key) : sharedPlace(subject, key) }];
    }),
  );
}

/** A default block or stylesheet is reported once, not for every node it reaches. */
function sharedPlace(subject: Graph | Node | Edge, key: string): Place {
  const { file, line, column } = placeOf(subject, key);
  return { file, line, column };
}


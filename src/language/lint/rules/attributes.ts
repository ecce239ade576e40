import type { Diagnostic } from '../../../contract/diagnostic.ts';
import { durationOf, integerOf, listOf, numberOf } from '../../graph/attributes.ts';
import { attributeCatalogue, type AttributeEntry, type AttributeOwner } from '../../graph/attribute-catalogue.ts';
import type { Attribute, Edge, Graph, Node } from '../../graph/graph.ts';
import { finding, placeOf, type Place } from '../../graph/place.ts';
import { didYouMean, nearest } from '../../scan/nearest.ts';
import type { LintRule } from '../lint-rule.ts';

const rules = ['enum_value', 'duration_value', 'attribute_kind', 'attribute_name'] as const;

/**
 * Compares every attribute with the catalogue, in one pass because there are many: `enum_value`,
 * `duration_value` and `attribute_kind` for values that cannot be read, `attribute_name` for names
 * without effect that were most likely meant to have one.
 */
export const attributes: LintRule = {
  name: 'attributes',
  reports: rules,
  apply(graph, { handlerOf, customTypes }) {
    const found: Diagnostic[] = [];
    for (const subject of [graph, ...graph.nodes.values(), ...graph.edges]) {
      const entries = entriesOn[subject.kind];
      for (const attribute of subject.attributes.values()) {
        const entry = entries.get(attribute.key);
        if (entry !== undefined) found.push(...valueFindings(subject, attribute, entry));
        // A custom handler may have attributes of its own.
        else if (subject.kind !== 'node' || !customTypes.has(handlerOf(subject.id)))
          found.push(...nameFindings(subject, attribute));
      }
    }
    return found;
  },
};

type Subject = Graph | Node | Edge;

function entriesOf(owner: AttributeOwner): ReadonlyMap<string, AttributeEntry> {
  return new Map(attributeCatalogue.filter(({ on }) => on === owner).map((entry) => [entry.key, entry]));
}

const entriesOn: Readonly<Record<AttributeOwner, ReadonlyMap<string, AttributeEntry>>> = {
  graph: entriesOf('graph'),
  node: entriesOf('node'),
  edge: entriesOf('edge'),
};

const nothing: readonly Diagnostic[] = [];

function valueFindings(
  subject: Subject,
  { key, value, origin }: Attribute,
  { kind, values }: AttributeEntry,
): readonly Diagnostic[] {
  const { text } = value;
  if (text === '') return nothing;
  const warn = (rule: (typeof rules)[number], message: string, hint: string) => [
    finding(rule, 'warning', message, placeIn(subject, key, origin), hint),
  ];
  switch (kind) {
    case 'text':
    case 'node':
      return nothing;
    case 'enum':
    case 'list':
      // Fidelity modes are left to `fidelity_valid`.
      if (values === undefined || key.endsWith('fidelity')) return nothing;
      return (kind === 'list' ? listOf(subject, key) : [text])
        .filter((word) => !values.includes(word))
        .flatMap((word) => warn('enum_value', `${word} is not a value of ${key}`, didYouMean(word, values)));
    case 'duration':
      if (durationOf(subject, key) !== undefined) return nothing;
      return warn(
        'duration_value',
        `${key}: ${text} is not a duration`,
        'Write a whole number and a unit: `250ms`, `900s`, `15m`, `2h`, `1d`.',
      );
    case 'integer':
      return integerOf(subject, key) === undefined
        ? warn('attribute_kind', `${key}: ${text} is not a whole number`, 'Write digits only.')
        : nothing;
    case 'number':
      return numberOf(subject, key) === undefined
        ? warn('attribute_kind', `${key}: ${text} is not a number`, 'Write a number such as `50` or `0.5`.')
        : nothing;
    case 'boolean':
      return text === 'true' || text === 'false'
        ? nothing
        : warn('attribute_kind', `${key}: ${text} is neither true nor false`, 'Write `true` or `false`.');
  }
}

/** Without the node for a default block or stylesheet, so that it is reported once and not for every node it reaches. */
function placeIn(subject: Subject, key: string, origin: Attribute['origin']): Place {
  const place = placeOf(subject, key);
  return origin === 'explicit' ? place : { file: place.file, line: place.line, column: place.column };
}

function nameFindings(subject: Subject, { key, origin }: Attribute): readonly Diagnostic[] {
  if (origin !== 'explicit' || ofGraphviz.has(key)) return nothing;
  const hint = hintFor(key, subject.kind);
  if (hint === undefined) return nothing;
  return [
    finding('attribute_name', 'warning', `${key} has no effect on ${aOf[subject.kind]}`, placeOf(subject, key), hint),
  ];
}

/** What was most likely meant by a name without effect; undefined for names of the user's own. */
function hintFor(key: string, owner: AttributeOwner): string | undefined {
  const elsewhere = ownersOf.get(key)?.map((other) => aOf[other]);
  if (elsewhere !== undefined) return `Write it on ${elsewhere.join(' or ')}.`;
  const near = key.length < 5 ? undefined : nearest(key, entriesOn[owner].keys());
  return near === undefined ? undefined : `Did you mean \`${near}\`?`;
}

const ownersOf: ReadonlyMap<string, readonly AttributeOwner[]> = new Map(
  [...Map.groupBy(attributeCatalogue, ({ key }) => key)].map(([key, entries]) => [key, entries.map(({ on }) => on)]),
);

const aOf: Readonly<Record<AttributeOwner, string>> = { graph: 'the graph', node: 'a node', edge: 'an edge' };

/** Known to Graphviz where they mean nothing here, or near a name of ours by chance. */
const ofGraphviz: ReadonlySet<string> = new Set([
  'class',
  'label',
  'xlabel',
  'height',
  'weight',
  'shape',
  'name',
  'k',
  'K',
]);

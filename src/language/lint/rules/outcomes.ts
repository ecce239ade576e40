import type { Diagnostic } from '../../../contract/diagnostic.ts';
import { stageStatuses } from '../../../contract/outcome.ts';
import { textOf } from '../../graph/attributes.ts';
import type { Edge, Graph, Node } from '../../graph/graph.ts';
import { finding, placeOf } from '../../graph/place.ts';
import { didYouMean } from '../../scan/nearest.ts';
import type { LintContext, LintRule } from '../lint-rule.ts';

/** Without its type: what a condition is compared with may be any text. */
const statuses: readonly string[] = stageStatuses;

/**
 * A comparison of the outcome with a word that is no status: with `=` it never holds and with `!=` always,
 * since words are compared exactly and with regard to case (10.4). The run would go the other way in silence.
 */
export const outcomeUnknown: LintRule = {
  name: 'condition_outcome_unknown',
  apply(graph, context) {
    return comparing(graph).flatMap(([subject, attribute]) =>
      literalsOf(subject, attribute, context).map(({ operator, literal }): Diagnostic => {
        const effect = operator === '=' ? 'never holds' : 'always holds';
        const message = `\`outcome${operator}${literal}\` ${effect}: ${literal === '' ? 'the empty text' : literal} is no outcome`;
        return finding(
          'condition_outcome_unknown',
          'warning',
          message,
          placeOf(subject, attribute),
          didYouMean(literal, statuses),
        );
      }),
    );
  },
};

type Attribute = 'condition' | 'manager.stop_condition';

function comparing(graph: Graph): readonly (readonly [Edge | Node, Attribute])[] {
  return [
    ...graph.edges.map((edge) => [edge, 'condition'] as const),
    ...Array.from(graph.nodes.values(), (node) => [node, 'manager.stop_condition'] as const),
  ];
}

interface Comparison {
  readonly operator: '=' | '!=';
  readonly literal: string;
}

const none: readonly Comparison[] = [];

/** The comparisons of a condition with what is no outcome. */
function literalsOf(subject: Edge | Node, attribute: Attribute, { conditionOf }: LintContext): readonly Comparison[] {
  const text = textOf(subject, attribute);
  const condition = text === undefined ? undefined : conditionOf(text).condition;
  if (!condition) return none;
  return condition.clauses.flatMap((clause) =>
    clause.kind === 'compare' && clause.key.kind === 'outcome' && !statuses.includes(clause.literal) ? [clause] : none,
  );
}

import type { Edge, Graph, Node } from '../../graph/graph.ts';
import { parseStylesheet } from '../../stylesheet/parse-stylesheet.ts';
import type { LintContext, LintRule } from '../lint-rule.ts';
import { findingsInText } from '../findings-in-text.ts';

/** 7.2, `condition_syntax`: on edges, and in the stop condition of a manager, which is evaluated alike (4.11). */
export const conditionSyntax: LintRule = {
  name: 'condition_syntax',
  apply: (graph, context) => [
    ...graph.edges.flatMap((edge) => conditionFindings(edge, 'condition', context)),
    ...[...graph.nodes.values()].flatMap((node) => conditionFindings(node, 'manager.stop_condition', context)),
  ],
};

/** 7.2, `stylesheet_syntax`. */
export const stylesheetSyntax: LintRule = {
  name: 'stylesheet_syntax',
  apply(graph: Graph, context) {
    const attribute = graph.attributes.get('model_stylesheet');
    if (!attribute) return [];
    return findingsInText('stylesheet_syntax', graph, attribute, parseStylesheet(attribute.value.text).errors, context);
  },
};

function conditionFindings(subject: Edge | Node, key: string, context: LintContext) {
  const attribute = subject.attributes.get(key);
  if (!attribute) return [];
  return findingsInText(
    'condition_syntax',
    subject,
    attribute,
    context.conditionOf(attribute.value.text).errors,
    context,
  );
}

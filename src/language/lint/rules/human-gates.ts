import type { Diagnostic } from '../../../contract/diagnostic.ts';
import { acceleratorKey, matchOption, type QuestionOption } from '../../../contract/question.ts';
import { textOf } from '../../graph/attributes.ts';
import { outgoing, type Edge, type Graph, type Node } from '../../graph/graph.ts';
import type { LintRule } from '../lint-rule.ts';
import { finding, placeOf } from '../../graph/place.ts';

/** A gate without edges has nothing to choose from and fails (4.6). */
export const humanGateWithoutChoices: LintRule = {
  name: 'human_gate_without_choices',
  apply: (graph, { nodesOf }) =>
    nodesOf('wait.human')
      .filter(({ id }) => outgoing(graph, id).length === 0)
      .map((gate) =>
        finding(
          'human_gate_without_choices',
          'warning',
          `the human gate ${gate.id} has no outgoing edges to choose from`,
          placeOf(gate),
          'Add one edge for each answer: `-> NODE [label="[Y] Yes"]`.',
        ),
      ),
};

/** Two choices under one accelerator key: the key alone answers neither (4.6). */
export const humanGateDuplicateKey: LintRule = {
  name: 'human_gate_duplicate_key',
  apply: (graph, { nodesOf }) => nodesOf('wait.human').flatMap((gate) => duplicateKeys(gate, graph)),
};

/** `human.default_choice` is matched like an answer: by key, label or target (4.6, 6.5). */
export const humanGateDefaultUnknown: LintRule = {
  name: 'human_gate_default_unknown',
  apply: (graph, { nodesOf }) =>
    nodesOf('wait.human').flatMap((gate) => {
      const choice = textOf(gate, 'human.default_choice');
      const options = outgoing(graph, gate.id).map(optionOf);
      if (choice === undefined || matchOption(choice, options)) return [];
      const hint = `Write one of: ${options.map(({ key, label }) => `${key} (${label})`).join(', ')}.`;
      return finding(
        'human_gate_default_unknown',
        'warning',
        `the default choice ${choice} of ${gate.id} is none of its options`,
        placeOf(gate, 'human.default_choice'),
        hint,
      );
    }),
};

function optionOf(edge: Edge): QuestionOption {
  const label = textOf(edge, 'label') ?? edge.to;
  return { key: acceleratorKey(label), label, to: edge.to };
}

function duplicateKeys(gate: Node, graph: Graph): readonly Diagnostic[] {
  const first = new Map<string, QuestionOption>();
  return outgoing(graph, gate.id).flatMap((edge) => {
    const option = optionOf(edge);
    const earlier = first.get(option.key);
    if (earlier === undefined) first.set(option.key, option);
    if (earlier === undefined) return [];
    const message = `the choices ${earlier.label} and ${option.label} of ${gate.id} share the key ${option.key}`;
    return finding(
      'human_gate_duplicate_key',
      'warning',
      message,
      placeOf(edge, 'label'),
      'Give each its own key: `label="[K] Text"`.',
    );
  });
}

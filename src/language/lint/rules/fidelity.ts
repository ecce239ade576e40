import type { Diagnostic } from '../../../contract/diagnostic.ts';
import { textOf } from '../../graph/attributes.ts';
import type { Edge, Graph, Node } from '../../graph/graph.ts';
import { didYouMean } from '../../scan/nearest.ts';
import type { LintRule } from '../lint-rule.ts';
import { finding, placeOf } from '../../graph/place.ts';

const modes: readonly string[] = ['full', 'truncate', 'compact', 'summary:low', 'summary:medium', 'summary:high'];

/** 7.2, `fidelity_valid`: on the graph, nodes and edges (5.4). */
export const fidelityValid: LintRule = {
  name: 'fidelity_valid',
  apply: (graph) => [
    ...check(graph, 'default_fidelity'),
    ...[...graph.nodes.values()].flatMap((node) => check(node, 'fidelity')),
    ...graph.edges.flatMap((edge) => check(edge, 'fidelity')),
  ],
};

function check(subject: Graph | Node | Edge, key: string): readonly Diagnostic[] {
  const mode = textOf(subject, key);
  if (mode === undefined || modes.includes(mode)) return [];
  return [
    finding(
      'fidelity_valid',
      'warning',
      `${mode} is not a fidelity mode`,
      placeOf(subject, key),
      didYouMean(mode, modes),
    ),
  ];
}

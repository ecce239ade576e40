import { textOf } from '../../graph/attributes.ts';
import type { Graph, Node } from '../../graph/graph.ts';
import { finding, placeOf } from '../../graph/place.ts';
import { nearestAmong } from '../../scan/nearest.ts';
import type { LintRule } from '../lint-rule.ts';

/**
 * 7.2, `prompt_on_llm_nodes`. A label is enough, because it stands in for the prompt (4.5); 11.2 would ask for the
 * prompt. An id that only edges name may be a misspelt one.
 */
export const promptOnLlmNodes: LintRule = {
  name: 'prompt_on_llm_nodes',
  apply(graph, { nodesOf }) {
    const nearestDeclared = nearestAmong(declaredNodes(graph));
    const hint = (node: Node): string => {
      const meant = isDeclared(node) ? undefined : nearestDeclared(node.id);
      return meant === undefined
        ? 'Add `prompt="..."`.'
        : `Did you mean the node \`${meant}\`? Else add \`prompt="..."\`.`;
    };
    return nodesOf('codergen')
      .filter((node) => ['prompt', 'label', 'agent.task'].every((key) => textOf(node, key) === undefined))
      .map((node) =>
        finding(
          'prompt_on_llm_nodes',
          'warning',
          `${node.id} has neither prompt nor label: its id would be the whole prompt`,
          placeOf(node),
          hint(node),
        ),
      );
  },
};

function declaredNodes({ nodes }: Graph): ReadonlyMap<string, Node> {
  return new Map([...nodes].filter(([, node]) => isDeclared(node)));
}

function isDeclared({ attributes }: Node): boolean {
  return [...attributes.values()].some(({ origin }) => origin === 'explicit');
}

import { textOf } from '../../graph/attributes.ts';
import type { LintRule } from '../lint-rule.ts';
import { finding, placeOf } from '../../graph/place.ts';

/** 7.2, `prompt_on_llm_nodes`. A label is enough, because it stands in for the prompt (4.5); 11.2 would ask for the prompt. */
export const promptOnLlmNodes: LintRule = {
  name: 'prompt_on_llm_nodes',
  apply: (_graph, { nodesOf }) =>
    nodesOf('codergen')
      .filter((node) => textOf(node, 'prompt') === undefined && textOf(node, 'label') === undefined)
      .map((node) =>
        finding(
          'prompt_on_llm_nodes',
          'warning',
          `${node.id} has neither prompt nor label: its id would be the whole prompt`,
          placeOf(node),
          'Add `prompt="..."`.',
        ),
      ),
};

import { textOf } from '../../graph/attributes.ts';
import type { LintRule } from '../lint-rule.ts';
import { finding, placeOf } from '../../graph/place.ts';

/** What a handler cannot work without, and where it may stand beside the node itself. */
const needs: ReadonlyMap<string, { readonly key: string; readonly alsoOnGraph: boolean }> = new Map([
  ['tool', { key: 'tool_command', alsoOnGraph: false }],
  ['sub_pipeline', { key: 'sub_pipeline.dotfile', alsoOnGraph: false }],
  ['stack.manager_loop', { key: 'stack.child_dotfile', alsoOnGraph: true }],
]);

/** A node that fails whenever it runs, for want of one attribute (4.10, 4.11, 9.4). */
export const attributeMissing: LintRule = {
  name: 'attribute_missing',
  apply: (graph, { handlerOf }) =>
    [...graph.nodes.values()].flatMap((node) => {
      const need = needs.get(handlerOf(node.id));
      if (need === undefined || textOf(node, need.key) !== undefined) return [];
      if (need.alsoOnGraph && textOf(graph, need.key) !== undefined) return [];
      return finding(
        'attribute_missing',
        'warning',
        `${node.id} has no ${need.key} and will fail`,
        placeOf(node),
        `Add \`${need.key}="..."\`.`,
      );
    }),
};

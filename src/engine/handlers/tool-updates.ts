import { textOf } from '../../language/graph/attributes.ts';
import type { Node } from '../../language/graph/graph.ts';
import type { JsonObject } from '../../shared/json.ts';

/** What a tool node (4.10) sets in the context: its result, and the same under its `name`, else its id. */
export function toolUpdates(node: Node, output: string, exitCode: number | null): JsonObject {
  const name = textOf(node, 'name') ?? node.id;
  return {
    'tool.output': output,
    'tool.exit_code': exitCode,
    [`tools.${name}.output`]: output,
    [`tools.${name}.exit_code`]: exitCode,
  };
}

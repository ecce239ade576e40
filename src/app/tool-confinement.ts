import type { Graph } from '../language/graph/graph.ts';
import { handlerTypeOf } from '../language/graph/handler-type.ts';
import { OrchestraError } from '../shared/errors.ts';
import type { Confinement } from '../shared/process/confinement.ts';
import { createConfinement } from '../workspace/sandbox/create-confinement.ts';
import type { Configuration } from './configuration/configuration.ts';
import { customTypesOf, type Extensions } from './extensions.ts';

/** What a project puts around the commands of tool nodes; undefined where that is nothing. */
export function toolConfinement({ tool_nodes: toolNodes, env }: Configuration): Confinement | undefined {
  return toolNodes && createConfinement({ ...toolNodes, env });
}

/**
 * Checks before a run begins that its tool nodes can be kept apart as the project wants.
 * @throws OrchestraError SANDBOX_UNAVAILABLE
 */
export async function assertToolNodesConfined(
  graphs: readonly Graph[],
  configuration: Configuration,
  extensions: Extensions,
): Promise<void> {
  const confinement = toolConfinement(configuration);
  const custom = customTypesOf(extensions);
  if (!confinement || !graphs.some((graph) => hasToolNode(graph, custom))) return;
  const problem = await confinement.problem();
  if (problem !== undefined) throw new OrchestraError('SANDBOX_UNAVAILABLE', problem);
}

function hasToolNode(graph: Graph, custom: ReadonlySet<string>): boolean {
  return [...graph.nodes.values()].some((node) => handlerTypeOf(graph, node, custom) === 'tool');
}

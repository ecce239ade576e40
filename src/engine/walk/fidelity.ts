import { textOf } from '../../language/graph/attributes.ts';
import type { Edge, Graph, Node } from '../../language/graph/graph.ts';
import type { FidelityMode } from '../ports/step.ts';

const modes: ReadonlySet<string> = new Set<FidelityMode>([
  'full',
  'truncate',
  'compact',
  'summary:low',
  'summary:medium',
  'summary:high',
]);

/** Fidelity of a node entered by `edge` (5.4): edge, node, graph default, `compact`. Unknown words, which lint warns of, count as unset. */
export function fidelityOf(graph: Graph, node: Node, edge: Edge | undefined): FidelityMode {
  const written = [edge && textOf(edge, 'fidelity'), textOf(node, 'fidelity'), textOf(graph, 'default_fidelity')];
  return written.find(isFidelityMode) ?? 'compact';
}

function isFidelityMode(text: string | undefined): text is FidelityMode {
  return text !== undefined && modes.has(text);
}

/**
 * Thread whose session a `full` fidelity node reuses (5.4): node, edge, graph, enclosing subgraph,
 * previous node. Scoped to the branch, so parallel branches never share a conversation.
 */
export function threadOf(
  graph: Graph,
  node: Node,
  edge: Edge | undefined,
  previous: string | undefined,
  scope: string,
): string {
  const thread =
    textOf(node, 'thread_id') ??
    (edge && textOf(edge, 'thread_id')) ??
    textOf(graph, 'thread_id') ??
    node.subgraphClasses.at(-1) ??
    previous ??
    node.id;
  return `${scope}:${thread}`;
}

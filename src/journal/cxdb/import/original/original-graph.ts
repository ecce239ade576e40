import type { Bundle, BundledNode } from '../../../../language/bundle/bundle.ts';
import type { OriginalTurn } from './original-turns.ts';

/**
 * The part of a pipeline that a session went through: the original system stores no pipeline, only where its file lay.
 * Nodes are those that were executed, edges those that were taken.
 */
export function walkedGraph(name: string, turns: readonly OriginalTurn[]): Bundle {
  const nodes = new Set<string>();
  const edges = new Set<string>();
  for (const { kind, fields } of turns) {
    const node = fields.text(kind === 'Checkpoint' ? 'current_node' : 'node_id');
    const next = kind === 'Checkpoint' ? fields.text('next_node_id') : undefined;
    for (const id of [node, next]) if (id !== undefined) nodes.add(id);
    if (node !== undefined && next !== undefined) edges.add(JSON.stringify([node, next]));
  }
  return {
    version: 1,
    graph: {
      name,
      attributes: [],
      nodes: [...nodes].map(plainNode),
      // Written above.
      edges: [...edges].map((edge) => {
        const [from, to] = JSON.parse(edge) as [string, string];
        return { from, to, attributes: [] };
      }),
    },
    children: [],
  };
}

function plainNode(id: string): BundledNode {
  return { id, attributes: [], classes: [], subgraphClasses: [] };
}

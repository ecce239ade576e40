import { placeOfKey } from '../../contract/keys.ts';
import type { Program } from '../../engine/program.ts';
import { outgoing } from '../../language/graph/graph.ts';

/**
 * Whether a branch of a fan-out may change files, by what lies on its way to the fan-in. Every branch does of which that is
 * not known: it gets a folder of its own.
 */
export function branchWrites(program: Program, nodeWrites: (nodeId: string) => boolean): (scope: string) => boolean {
  const known = new Map<string, boolean>();
  return (scope) => {
    const [fanOut = '', branch = ''] = scope.split('/').slice(-2);
    const { node } = placeOfKey(fanOut);
    // A second edge to the same node is told apart by a number.
    const first = branch.replace(/~\d+$/, '');
    const key = JSON.stringify([node, first]);
    const writes = known.get(key) ?? nodesOf(program, node, first).some(nodeWrites);
    known.set(key, writes);
    return writes;
  };
}

/** The nodes of a branch: all that can be reached from its first, up to the fan-in. */
function nodesOf(program: Program, fanOut: string, first: string): readonly string[] {
  const end = program.fanInOf(fanOut);
  const reached = new Set([first]);
  for (const node of reached) {
    for (const { to } of outgoing(program.graph, node)) if (to !== end) reached.add(to);
  }
  return [...reached];
}

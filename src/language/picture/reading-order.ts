import { type Graph, outgoing } from '../graph/graph.ts';
import { startNodes } from '../graph/handler-type.ts';

/**
 * Node ids in the order a person reads them: from the start on, each behind the nodes that lead to it
 * where no loop forbids that, branches in the order of their edges. Unreachable nodes come last.
 */
export function readingOrder(graph: Graph): readonly string[] {
  const roots = [...startNodes(graph).map(({ id }) => id), ...graph.nodes.keys()];
  const seen = new Set<string>();
  return roots.flatMap((root) => reachedFrom(graph, root, seen));
}

/** Reverse postorder of a depth-first walk; with its own stack, as chains may be long. */
function reachedFrom(graph: Graph, root: string, seen: Set<string>): readonly string[] {
  const finished: string[] = [];
  const stack: { readonly id: string; readonly targets: string[] }[] = [];
  const enter = (id: string): void => {
    if (seen.has(id) || !graph.nodes.has(id)) return;
    seen.add(id);
    stack.push({ id, targets: outgoing(graph, id).map(({ to }) => to) });
  };
  enter(root);
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    // From the last edge to the first: reversed in the end, the first branch comes first.
    const target = top.targets.pop();
    if (target !== undefined) {
      enter(target);
    } else {
      finished.push(top.id);
      stack.pop();
    }
  }
  return finished.toReversed();
}

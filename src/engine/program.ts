import { commonFanIn } from '../language/graph/fan-in.ts';
import type { Graph, Node } from '../language/graph/graph.ts';
import { handlerTypeOf, exitNodes, startNodes } from '../language/graph/handler-type.ts';

/** A validated pipeline ready to be walked: the graph, its child pipelines, and what is known about both. */
export interface Program {
  readonly graph: Graph;
  /** Child pipelines by the path written in the graph; values are ids the runtime's `child` understands. */
  readonly children: ReadonlyMap<string, string>;
  readonly start: Node;
  readonly exit: Node;
  handlerOf(nodeId: string): string;
  /** Where the branches of a fan-out meet; undefined when they do not. */
  fanInOf(fanOutId: string): string | undefined;
}

/**
 * @param customTypes handler types registered beside the built-in ones
 * @throws Error when the graph has no start or exit node: `compile` must have accepted it before
 */
export function createProgram(
  graph: Graph,
  children: ReadonlyMap<string, string> = new Map(),
  customTypes: ReadonlySet<string> = new Set(),
): Program {
  const [start] = startNodes(graph);
  const [exit] = exitNodes(graph);
  if (!start || !exit) throw new Error(`pipeline ${graph.name} was not validated: start or exit node is missing`);
  const handlers = new Map([...graph.nodes.values()].map((node) => [node.id, handlerTypeOf(graph, node, customTypes)]));
  const handlerOf = (nodeId: string): string => handlers.get(nodeId) ?? 'codergen';
  const fanIns = new Map<string, string | undefined>();
  return {
    graph,
    children,
    start,
    exit,
    handlerOf,
    fanInOf(fanOutId) {
      if (!fanIns.has(fanOutId)) fanIns.set(fanOutId, commonFanIn(graph, fanOutId, handlerOf));
      return fanIns.get(fanOutId);
    },
  };
}

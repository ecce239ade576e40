import { textOf } from './attributes.ts';
import type { Graph, Node } from './graph.ts';

/** Shape to handler type, section 2.8 and Appendix B. */
export const shapeToHandler: ReadonlyMap<string, HandlerType> = new Map([
  ['Mdiamond', 'start'],
  ['Msquare', 'exit'],
  ['box', 'codergen'],
  ['hexagon', 'wait.human'],
  ['diamond', 'conditional'],
  ['component', 'parallel'],
  ['tripleoctagon', 'parallel.fan_in'],
  ['parallelogram', 'tool'],
  ['house', 'stack.manager_loop'],
] as const);

/** Handler types that come with Orchestra: the nine of the specification and the sub-pipeline node of 9.4. */
export const builtInHandlers = [
  'start',
  'exit',
  'codergen',
  'wait.human',
  'conditional',
  'parallel',
  'parallel.fan_in',
  'tool',
  'stack.manager_loop',
  'sub_pipeline',
] as const;

export type HandlerType = (typeof builtInHandlers)[number];

const builtIn: ReadonlySet<string> = new Set(builtInHandlers);

/**
 * The handler type of a node (4.2): a known explicit `type`, else its shape, else `codergen`.
 * Start and exit are also recognised by id, where no node has the shape (3.2, 4.3, 4.4).
 * @param custom types registered by the user beside the built-in ones
 */
export function handlerTypeOf(graph: Graph, node: Node, custom: ReadonlySet<string> = new Set()): string {
  const type = textOf(node, 'type');
  if (type !== undefined && (builtIn.has(type) || custom.has(type))) return type;
  if (isTerminalById(graph, node, 'Mdiamond', startIds)) return 'start';
  if (isTerminalById(graph, node, 'Msquare', exitIds)) return 'exit';
  return shapeToHandler.get(textOf(node, 'shape') ?? 'box') ?? 'codergen';
}

const startIds = ['start', 'Start'];
const exitIds = ['exit', 'end'];

function isTerminalById(graph: Graph, node: Node, shape: string, ids: readonly string[]): boolean {
  return ids.includes(node.id) && ![...graph.nodes.values()].some((other) => textOf(other, 'shape') === shape);
}

/** Every node that resolves to `start`; a valid graph has exactly one. */
export function startNodes(graph: Graph): readonly Node[] {
  return nodesOfType(graph, 'start');
}

/** Every node that resolves to `exit`; a valid graph has exactly one. */
export function exitNodes(graph: Graph): readonly Node[] {
  return nodesOfType(graph, 'exit');
}

function nodesOfType(graph: Graph, type: HandlerType): readonly Node[] {
  return [...graph.nodes.values()].filter((node) => handlerTypeOf(graph, node) === type);
}

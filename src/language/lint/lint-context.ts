import { parseCondition, type ParsedCondition } from '../conditions/parse-condition.ts';
import type { Graph } from '../graph/graph.ts';
import { builtInHandlers, handlerTypeOf } from '../graph/handler-type.ts';
import { createReach } from '../graph/reachability.ts';
import type { LintContext } from './lint-rule.ts';

export interface LintContextOptions {
  readonly customTypes?: ReadonlySet<string>;
  readonly inheritsContext?: boolean;
  /** Source texts by file name. */
  readonly sources?: ReadonlyMap<string, string>;
}

const builtIn: ReadonlySet<string> = new Set(builtInHandlers);

export function createLintContext(graph: Graph, options: LintContextOptions = {}): LintContext {
  const { inheritsContext = false, sources = new Map() } = options;
  // A built-in handler that was replaced still means what its name says.
  const customTypes = new Set([...(options.customTypes ?? [])].filter((type) => !builtIn.has(type)));
  const handlers = new Map(
    Array.from(graph.nodes.values(), (node) => [node.id, handlerTypeOf(graph, node, customTypes)]),
  );
  const byHandler = Map.groupBy(graph.nodes.values(), ({ id }) => handlers.get(id));
  const nodesOf = (type: string) => byHandler.get(type) ?? [];
  // Few texts are written on many edges: `outcome=success` is read once.
  const conditions = new Map<string, ParsedCondition>();
  return {
    customTypes,
    inheritsContext,
    starts: nodesOf('start'),
    exits: nodesOf('exit'),
    reach: createReach(graph),
    nodesOf,
    handlerOf: (nodeId) => handlers.get(nodeId) ?? 'codergen',
    conditionOf(text) {
      const known = conditions.get(text) ?? parseCondition(text);
      conditions.set(text, known);
      return known;
    },
    sourceOf: (file) => sources.get(file),
  };
}

import type { Diagnostic } from '../../contract/diagnostic.ts';
import type { ParsedCondition } from '../conditions/parse-condition.ts';
import type { Graph, Node } from '../graph/graph.ts';
import type { Reach } from '../graph/reachability.ts';

/**
 * Looks at a whole graph and reports what it finds (7.4). Rules see the graph after all transforms.
 *
 * @example
 * const ownerRequired: LintRule = {
 *   name: 'owner_required',
 *   apply: (graph) => (textOf(graph, 'owner') ? [] : [finding('owner_required', 'warning', 'the graph names no owner', placeOf(graph))]),
 * };
 */
export interface LintRule {
  /** The rule id of its diagnostics, or the name of a family that shares its work. */
  readonly name: string;
  /** The rule ids of a family; absent means `name` alone. */
  readonly reports?: readonly string[];
  apply(graph: Graph, context: LintContext): readonly Diagnostic[];
}

/** What rules share, derived once for a validation. */
export interface LintContext {
  /** Handler types registered beside the built-in ones (4.2). */
  readonly customTypes: ReadonlySet<string>;
  /** True for a child pipeline, which begins with the context of its parent (9.4). */
  readonly inheritsContext: boolean;
  readonly starts: readonly Node[];
  readonly exits: readonly Node[];
  readonly reach: Reach;
  /** The handler type of a node by its id. */
  handlerOf(nodeId: string): string;
  /** The nodes of a handler type, in the order of the text. */
  nodesOf(handlerType: string): readonly Node[];
  conditionOf(text: string): ParsedCondition;
  /** The text of a source file, where it is at hand: for places inside strings. */
  sourceOf(file: string): string | undefined;
}

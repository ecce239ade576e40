import type { RouteReason } from '../../contract/event.ts';
import type { Outcome } from '../../contract/outcome.ts';
import { normalizeLabel } from '../../contract/question.ts';
import { integerOf, textOf } from '../../language/graph/attributes.ts';
import { outgoing, type Edge, type Graph, type Node } from '../../language/graph/graph.ts';
import type { Program } from '../program.ts';

/** What routing needs to know about the moment. */
export interface RouteView {
  readonly program: Program;
  /** Whether the edge's condition holds now (section 10) for a node that came to `outcome`. */
  holds(edge: Edge, outcome: Outcome): boolean;
  visitsOf(nodeId: string): number;
}

export type Route =
  | { readonly kind: 'edge'; readonly edge: Edge; readonly reason: RouteReason }
  | { readonly kind: 'jump'; readonly to: string; readonly reason: RouteReason }
  /** No way on: `reason` is set when that is a failure. */
  | { readonly kind: 'end'; readonly failure?: string };

/** Visits a node gets where nothing else bounds a loop (semantics.md, Segments). */
export const defaultMaxVisits = 100;

/**
 * Where the walk goes after `node` came to `outcome`: edge selection (3.3) for a node that did not
 * fail, failure routing (3.7) for one that did. A diamond routes on the outcome it received, and its
 * unconditional edges are its "else", so it never counts as failed itself. A fan-out leads to its
 * fan-in, whatever it came to.
 */
export function routeFrom(view: RouteView, node: Node, outcome: Outcome): Route {
  const handler = view.program.handlerOf(node.id);
  const fanIn = handler === 'parallel' ? view.program.fanInOf(node.id) : undefined;
  if (fanIn !== undefined) return { kind: 'jump', to: fanIn, reason: 'fan_in' };
  const edges = handler === 'parallel' ? [] : outgoing(view.program.graph, node.id);
  const open = edges.filter((edge) => !isExhausted(view, edge));
  const hasFailed = outcome.status === 'fail' && handler !== 'conditional';
  const route = hasFailed ? routeFailure(view, node, outcome, open) : selectEdge(view, open, outcome);
  return route ?? deadEnd(view, node, edges, outcome);
}

/** The five steps of 3.3 over edges that are not exhausted. */
function selectEdge(view: RouteView, edges: readonly Edge[], outcome: Outcome): Route | undefined {
  const matching = conditionMatch(view, edges, outcome);
  if (matching) return matching;
  const unconditional = edges.filter((edge) => !isConditional(edge));
  const byLabel = unconditional.find((edge) => hasLabel(edge, outcome.preferredLabel));
  if (byLabel) return { kind: 'edge', edge: byLabel, reason: 'preferred_label' };
  for (const id of outcome.suggestedNextIds ?? []) {
    const edge = unconditional.find((candidate) => candidate.to === id);
    if (edge) return { kind: 'edge', edge, reason: 'suggested_id' };
  }
  return heaviest(unconditional);
}

/** 3.7, with design.md's reading: an unconditional edge takes a failure only into a diamond. */
function routeFailure(view: RouteView, node: Node, outcome: Outcome, edges: readonly Edge[]): Route | undefined {
  const { graph, handlerOf } = view.program;
  const ways = handlerOf(node.id) === 'wait.human' ? edges.filter((edge) => isFailEdge(view, edge, outcome)) : edges;
  const matching = conditionMatch(view, ways, outcome);
  if (matching) return matching;
  for (const reason of ['retry_target', 'fallback_retry_target'] as const) {
    const to = textOf(node, reason);
    if (to !== undefined && graph.nodes.has(to) && !isBoundReached(view, to)) return { kind: 'jump', to, reason };
  }
  return heaviest(ways.filter((edge) => !isConditional(edge) && handlerOf(edge.to) === 'conditional'));
}

/**
 * Whether an edge is there for the failure: its condition holds because the node failed. All other
 * edges of a human gate are choices, and only a person's answer may take them.
 */
function isFailEdge(view: RouteView, edge: Edge, outcome: Outcome): boolean {
  return isConditional(edge) && !view.holds(edge, { ...outcome, status: 'success' });
}

function conditionMatch(view: RouteView, edges: readonly Edge[], outcome: Outcome): Route | undefined {
  const best = heaviest(edges.filter((edge) => isConditional(edge) && view.holds(edge, outcome)));
  return best && { ...best, reason: 'condition' };
}

function deadEnd(view: RouteView, node: Node, edges: readonly Edge[], outcome: Outcome): Route {
  if (outcome.status === 'fail') {
    return { kind: 'end', failure: outcome.failureReason ?? `stage ${node.id} failed` };
  }
  const exhausted = edges.find(
    (edge) => isExhausted(view, edge) && (!isConditional(edge) || view.holds(edge, outcome)),
  );
  return exhausted ? { kind: 'end', failure: exhaustedText(view, exhausted) } : { kind: 'end' };
}

/** Heaviest first, then by target id in code-unit order (3.3, steps 4 and 5). */
function heaviest(edges: readonly Edge[]): Extract<Route, { kind: 'edge' }> | undefined {
  const [first, second] = edges.toSorted(byWeightThenTarget);
  if (!first) return undefined;
  if (!second) return { kind: 'edge', edge: first, reason: 'only_edge' };
  return { kind: 'edge', edge: first, reason: weightOf(first) === weightOf(second) ? 'lexical' : 'weight' };
}

function byWeightThenTarget(a: Edge, b: Edge): number {
  if (weightOf(a) !== weightOf(b)) return weightOf(b) - weightOf(a);
  if (a.to === b.to) return 0;
  return a.to < b.to ? -1 : 1;
}

function weightOf(edge: Edge): number {
  return integerOf(edge, 'weight') ?? 0;
}

function isConditional(edge: Edge): boolean {
  return (textOf(edge, 'condition') ?? '').trim() !== '';
}

function hasLabel(edge: Edge, preferred: string | undefined): boolean {
  const label = textOf(edge, 'label');
  return (
    preferred !== undefined &&
    preferred !== '' &&
    label !== undefined &&
    normalizeLabel(label) === normalizeLabel(preferred)
  );
}

/** An edge is exhausted when its target was visited `max_visits` times; every other loop has the graph's default bound. */
export function isExhausted(view: RouteView, edge: Edge): boolean {
  const limit = integerOf(edge, 'max_visits');
  return limit === undefined ? isBoundReached(view, edge.to) : view.visitsOf(edge.to) >= limit;
}

/** Whether a jump or plain edge may no longer enter the node. */
export function isBoundReached(view: RouteView, nodeId: string): boolean {
  return view.visitsOf(nodeId) >= visitBound(view.program.graph);
}

function visitBound(graph: Graph): number {
  return integerOf(graph, 'default_max_visits') ?? defaultMaxVisits;
}

function exhaustedText(view: RouteView, edge: Edge): string {
  const own = integerOf(edge, 'max_visits');
  const bound = own === undefined ? `default_max_visits=${visitBound(view.program.graph)}` : `max_visits=${own}`;
  return `loop bound reached: ${edge.from} -> ${edge.to} is closed after ${view.visitsOf(edge.to)} visits of ${edge.to} (${bound})`;
}

import type { Edge, Node } from '../../language/graph/graph.ts';
import type { OpKey } from '../ports/runtime.ts';
import { noLimitWaits, type LimitWaits } from './limit-wait.ts';
import { keyIn, type Strand } from './strand.ts';

/** One execution of one node: a visit, in its current attempt. */
export interface Visit {
  readonly node: Node;
  /** Resolved handler type. */
  readonly handler: string;
  readonly strand: Strand;
  /** Edge the node was entered by, and the node left; undefined for the first node and for jumps. */
  readonly edge: Edge | undefined;
  readonly previous: string | undefined;
  /** 1 for the first visit of this node in its strand. */
  readonly number: number;
  /** Key of the visit: `review#2`. Branches of a fan-out hang below it. */
  readonly key: OpKey;
  readonly attempt: number;
  /** Position of this execution in the run, counted from 0. */
  readonly index: number;
  /** Executions of this node before this one, in the whole run. */
  readonly execution: number;
  readonly startedAt: number;
  /** Waits for limits of agents so far: these attempts do not count as retries. */
  readonly limitWaits: LimitWaits;
}

/** The next visit of the node a strand stands at; the walk fills in what each attempt has of its own. */
export function nextVisit(strand: Strand, node: Node, handler: string): Visit {
  const number = (strand.visits.get(node.id) ?? 0) + 1;
  strand.visits.set(node.id, number);
  const { incoming: edge, previous } = strand;
  const key = keyIn(strand, `${node.id}#${number}`);
  const fresh = { attempt: 1, index: 0, execution: 0, startedAt: 0, limitWaits: noLimitWaits };
  return { node, handler, strand, edge, previous, number, key, ...fresh };
}

/** Key of the operation of this attempt: `review#2`, `review#2@3`; `part` names further operations of the same attempt. */
export function attemptKey(visit: Visit, part?: string): OpKey {
  const key = visit.attempt === 1 ? visit.key : `${visit.key}@${visit.attempt}`;
  return part === undefined ? key : `${key}:${part}`;
}

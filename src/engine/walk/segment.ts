import { integerOf } from '../../language/graph/attributes.ts';
import type { Graph } from '../../language/graph/graph.ts';
import type { Json } from '../../shared/json.ts';

/** What the walk carries over a `loop_restart`; everything else starts anew (semantics.md, Segments). */
export interface SegmentState {
  readonly startAt: string;
  readonly restarts: number;
  /** Stage executions so far, over all segments. */
  index: number;
  artifactCount: number;
  readonly runStartedAt: number;
  readonly executions: Map<string, number>;
  readonly visits: Readonly<Record<string, number>>;
  readonly budgets: Json | undefined;
}

interface HandedOver extends Omit<SegmentState, 'executions'> {
  readonly executions: Readonly<Record<string, number>>;
}

/** The state handed over by the previous segment, or that of a run at its start. */
export function readSegment(handedOver: Json | undefined, start: string, now: number): SegmentState {
  if (handedOver === undefined) {
    return {
      startAt: start,
      restarts: 0,
      index: 0,
      artifactCount: 0,
      runStartedAt: now,
      executions: new Map(),
      visits: {},
      budgets: undefined,
    };
  }
  // Written by handOver below and kept by the journal as it was.
  const state = handedOver as unknown as HandedOver;
  return { ...state, executions: new Map(Object.entries(state.executions)) };
}

/** The state the next segment begins with. */
export function handOver(
  segment: SegmentState,
  startAt: string,
  visits: ReadonlyMap<string, number>,
  budgets: Json,
): Json {
  const { index, artifactCount, runStartedAt, executions, restarts } = segment;
  return {
    startAt,
    restarts: restarts + 1,
    index,
    artifactCount,
    runStartedAt,
    executions: Object.fromEntries(executions),
    visits: Object.fromEntries(visits),
    budgets,
  };
}

/** How often `loop_restart` may be taken in one run. */
export function maxRestartsOf(graph: Graph): number {
  return integerOf(graph, 'max_restarts') ?? 10;
}

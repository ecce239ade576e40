import type { WalkEvent } from '../../contract/event.ts';
import type { Outcome, Usage } from '../../contract/outcome.ts';
import type { Edge } from '../../language/graph/graph.ts';
import type { Child, Op, OpKind, RunContext, Settled, WalkResult } from '../ports/runtime.ts';
import type { MergeCall, MergePolicy } from '../ports/step.ts';
import type { Program } from '../program.ts';
import type { Strand } from './strand.ts';
import type { Visit } from './visit.ts';

/**
 * A handler that runs inside the walk: a state machine over operations, without effects of its own.
 * It must end every attempt with exactly one `stage.finish`, at once or after operations settled.
 */
export interface WalkHandler {
  begin(visit: Visit, stage: Stage): void;
}

/** What a walk handler may do. One stage serves the whole walk. */
export interface Stage {
  readonly run: RunContext;
  readonly program: Program;
  /** How fan-ins put the work of their branches together where nodes say nothing; undefined where branches have none of their own. */
  readonly mergeBranches: MergePolicy | undefined;
  /** Continues when `op` settles, unless the visit is cancelled before. */
  when<K extends OpKind>(visit: Visit, op: Op<K>, resume: (settled: Extract<Settled, { kind: K }>) => void): void;
  drop(op: Op, reason: string): void;
  emit(event: WalkEvent): void;
  finish(visit: Visit, outcome: Outcome, extra?: FinishExtra): void;
  /** Finishes a visit that still has operations in flight, dropping them. */
  finishDropping(visit: Visit, outcome: Outcome, reason: string): void;
  /** Whether a condition expression holds for the strand now; names the node in a warning when it cannot tell. */
  holds(condition: string, strand: Strand, outcome: Outcome): boolean;
  /** Edges of the visit's node a person or a fan-out may still take: not exhausted, condition holding. */
  openEdges(visit: Visit): readonly Edge[];
  /** Starts a branch below a visit; it runs until `onEnd`. */
  startStrand(strand: Strand): void;
  /** Cancels a branch and everything below it. */
  cancelStrand(strand: Strand, reason: string): void;
  /** Executes a step with effects for this visit: retry, budget and steering are the walk's business. */
  step(visit: Visit, request: StepRequest): void;
  /** Starts a child pipeline for this visit once the budgets allow it, with the users' part of the context. */
  startChild(visit: Visit, request: ChildRequest): void;
}

export interface ChildRequest {
  readonly bundle: string;
  /** Part of the operation key. */
  readonly part?: string;
  /** Called when the child began. */
  readonly begun?: (child: Child) => void;
  /** Called when it ended; what it spent is charged already. */
  readonly ended: (result: WalkResult) => void;
}

export interface StepRequest {
  /** Step handler to execute; the visit's own handler type unless said. */
  readonly handler?: string;
  readonly candidates?: readonly string[];
  /** What `workspace.merge` puts together. */
  readonly merge?: MergeCall;
  /** Part of the operation key, for steps besides the main one. */
  readonly part?: string;
  /** Called with its outcome when it ended, and with what else it told. */
  readonly ended: (outcome: Outcome, told: StepTold) => void;
}

/** What a step tells besides its outcome, for the `finish` of its visit. */
export type StepTold = Pick<FinishExtra, 'usage' | 'retryAfterMs'>;

export interface FinishExtra {
  readonly usage?: Usage;
  /** Beside a RETRY: the next attempt follows after this time and does not count (`NodeResult`). */
  readonly retryAfterMs?: number;
  /** The edge a person chose: taken as it is, without edge selection. */
  readonly chosenEdge?: Edge;
  /** Node to continue at, past edge selection: the exit that branches without a fan-in reached. */
  readonly jumpTo?: string;
}

import type { Command } from '../../contract/command.ts';
import type { Outcome } from '../../contract/outcome.ts';
import type { Answer, Question } from '../../contract/question.ts';
import type { Json } from '../../shared/json.ts';
import type { ChildTelemetry, OpKey, OpKind, Settled, WalkResult } from '../../engine/ports/runtime.ts';
import type { NodeResult, RecordedCall } from '../../engine/ports/step.ts';

/**
 * Turns the runtime writes beside the walk's events. Operation turns are the mechanics of durability:
 * replay reads only them and the order of events; folds read only events.
 */
export const turnTypes = {
  segmentStarted: 'SegmentStarted',
  operationStarted: 'OperationStarted',
  operationSettled: 'OperationSettled',
  operationDropped: 'OperationDropped',
  runEnded: 'RunEnded',
  runResumed: 'RunResumed',
  pipelinePaused: 'PipelinePaused',
  answerRefused: 'AnswerRefused',
} as const;

/** Turns that tell of a process, not of the walk: replay passes over them. */
export const processTurns: ReadonlySet<string> = new Set([
  turnTypes.runResumed,
  turnTypes.runEnded,
  turnTypes.pipelinePaused,
  turnTypes.answerRefused,
]);

export interface SegmentStarted {
  readonly segment: number;
  readonly state: Json;
}

/** What was asked for, without anything that can be derived from key and bundle again. */
export type OperationStarted =
  | { readonly kind: 'node'; readonly call: RecordedCall }
  | { readonly kind: 'timer'; readonly dueAt: number }
  | { readonly kind: 'gate'; readonly question: Question }
  | { readonly kind: 'child'; readonly runId: string; readonly bundle: string }
  | { readonly kind: 'observe' | 'send' };

export type OperationSettled =
  | { readonly kind: 'node'; readonly result: NodeResult; readonly artifacts?: Readonly<Record<string, Json>> }
  | { readonly kind: 'timer' }
  | { readonly kind: 'gate'; readonly answer: Answer; readonly inboxSeq?: number }
  | { readonly kind: 'child'; readonly result: WalkResult }
  | { readonly kind: 'observe'; readonly telemetry: ChildTelemetry }
  | { readonly kind: 'send' }
  | { readonly kind: 'inbox'; readonly command: Command; readonly inboxSeq: number };

export interface OperationDropped {
  readonly kind: OpKind;
  readonly reason: string;
}

export interface RunEnded {
  readonly state: WalkResult['state'];
  readonly outcome: Outcome;
  readonly context: Readonly<Record<string, Json>>;
}

/** The settlement the walk is given, from what the journal kept of it. */
export function settledFrom(key: OpKey, turn: OperationSettled): Settled {
  switch (turn.kind) {
    case 'node':
      return { kind: 'node', key, result: turn.result };
    case 'timer':
      return { kind: 'timer', key };
    case 'gate':
      return { kind: 'gate', key, answer: turn.answer };
    case 'child':
      return { kind: 'child', key, result: turn.result };
    case 'observe':
      return { kind: 'observe', key, telemetry: turn.telemetry };
    case 'send':
      return { kind: 'send', key };
    case 'inbox':
      return { kind: 'inbox', key, command: turn.command };
  }
}

import type { Command } from '../../contract/command.ts';
import type { Answer, Question } from '../../contract/question.ts';
import type { Json } from '../../shared/json.ts';
import type { ChildTelemetry, OpKind, WalkResult } from './runtime.ts';
import type { NodeResult, RecordedCall } from './step.ts';

/**
 * Turns the runtime writes beside the walk's events. Operation turns are the mechanics of durability:
 * replay reads only them and the order of events; folds read of them what no event tells (artifacts,
 * usage, open questions, how the run ended).
 */
export const turnTypes = {
  segmentStarted: 'SegmentStarted',
  operationStarted: 'OperationStarted',
  operationSettled: 'OperationSettled',
  operationDropped: 'OperationDropped',
  runEnded: 'RunEnded',
  runResumed: 'RunResumed',
  runRewound: 'RunRewound',
  pipelinePaused: 'PipelinePaused',
  answerRefused: 'AnswerRefused',
  pipelineEdited: 'PipelineEdited',
  inputsChanged: 'InputsChanged',
} as const;

export interface SegmentStarted {
  readonly segment: number;
  readonly state: Json;
}

/** What stood between that turn and this one is no longer part of the run. Written by the journal itself. */
export type RunRewound = { readonly to: number };

/** From here on the run is walked by another pipeline, through which the record leads as well (R9). */
export interface PipelineEdited {
  readonly bundle: string;
}

/** A fork was given other inputs than its source: the walk has had these from its start. */
export interface InputsChanged {
  readonly inputs: Readonly<Record<string, Json>>;
}

/**
 * What was asked for, without anything that can be derived from key and bundle again. `fingerprint` is
 * that of all the pipeline says of it: an operation in flight that an edited pipeline asks otherwise
 * is a new attempt (R9).
 */
export type OperationStarted =
  | { readonly kind: 'node'; readonly call: RecordedCall; readonly fingerprint: string }
  | { readonly kind: 'timer'; readonly dueAt: number; readonly reason?: string }
  | { readonly kind: 'gate'; readonly question: Question; readonly fingerprint: string }
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

/** An answer that settled nothing, so that its sender can see why. */
export interface AnswerRefused {
  readonly question: string;
  readonly by: string;
  readonly verdict: 'invalid' | 'unknown';
  readonly inboxSeq: number;
}

export type RunEnded = WalkResult;

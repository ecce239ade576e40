import type { RouteReason, WalkEvent } from '../../contract/event.ts';
import type { Outcome } from '../../contract/outcome.ts';
import type { StageRecord } from '../ports/step.ts';
import type { Strand } from './strand.ts';
import type { Visit } from './visit.ts';
import type { FinishExtra } from './walk-handler.ts';

/** What every event of a stage says about the visit it speaks of. */
function stageRef({ node, strand, index, number, attempt }: Visit) {
  return { name: node.id, scope: strand.scope, index, visit: number, attempt };
}

export function stageStarted(visit: Visit): WalkEvent {
  return { type: 'StageStarted', handler: visit.handler, ...stageRef(visit) };
}

/** @param reason why it waits that long, where an agent named the time */
export function stageRetrying(visit: Visit, delayMs: number, reason?: string): WalkEvent {
  const why = reason === undefined ? {} : { reason };
  return { type: 'StageRetrying', ...stageRef(visit), attempt: visit.attempt + 1, delayMs, ...why };
}

function stageCompleted(visit: Visit, outcome: Outcome, now: number, { usage }: FinishExtra): WalkEvent {
  const durationMs = now - visit.startedAt;
  return { type: 'StageCompleted', ...stageRef(visit), durationMs, outcome, ...(usage ? { usage } : {}) };
}

/** @param willRetry whether a `StageRetrying` follows */
export function stageFailed(
  visit: Visit,
  outcome: Outcome,
  willRetry: boolean,
  now: number,
  { usage }: FinishExtra,
): WalkEvent {
  const error = outcome.failureReason ?? outcome.notes ?? `stage ${visit.node.id} failed`;
  const durationMs = now - visit.startedAt;
  return {
    type: 'StageFailed',
    ...stageRef(visit),
    durationMs,
    error,
    willRetry,
    outcome,
    ...(usage ? { usage } : {}),
  };
}

/** Ends a stage for good. A diamond that passes a failure on has not failed itself. */
export function stageEnded(visit: Visit, outcome: Outcome, now: number, extra: FinishExtra): WalkEvent {
  const hasFailed = outcome.status === 'fail' && visit.handler !== 'conditional';
  return hasFailed ? stageFailed(visit, outcome, false, now, extra) : stageCompleted(visit, outcome, now, extra);
}

/** What later prompts are told about a stage. */
export function stageRecord({ node, number }: Visit, { status, notes, failureReason }: Outcome): StageRecord {
  return {
    nodeId: node.id,
    visit: number,
    status,
    ...(notes === undefined ? {} : { notes }),
    ...(failureReason === undefined ? {} : { failureReason }),
  };
}

/** Records what the engine itself set in the context since the last checkpoint of the strand. */
export function checkpointSaved(strand: Strand, nodeId: string, reason: RouteReason, next?: string): WalkEvent {
  const context = Object.fromEntries(strand.unrecorded);
  strand.unrecorded.clear();
  const { scope } = strand;
  return { type: 'CheckpointSaved', nodeId, scope, reason, context, ...(next === undefined ? {} : { next }) };
}

import type { WalkEvent } from '../../contract/event.ts';
import type { Outcome } from '../../contract/outcome.ts';
import type { Visit } from './visit.ts';
import type { FinishExtra } from './walk-handler.ts';

/** What every event of a stage says about the visit it speaks of. */
function stageRef({ node, strand, index, number, attempt }: Visit) {
  return { name: node.id, scope: strand.scope, index, visit: number, attempt };
}

export function stageStarted(visit: Visit): WalkEvent {
  return { type: 'StageStarted', handler: visit.handler, ...stageRef(visit) };
}

export function stageRetrying(visit: Visit, delayMs: number): WalkEvent {
  return { type: 'StageRetrying', ...stageRef(visit), attempt: visit.attempt + 1, delayMs };
}

export function stageCompleted(visit: Visit, outcome: Outcome, now: number, { usage }: FinishExtra): WalkEvent {
  const durationMs = now - visit.startedAt;
  return { type: 'StageCompleted', ...stageRef(visit), durationMs, outcome, ...(usage ? { usage } : {}) };
}

/** @param willRetry whether a `StageRetrying` follows */
export function stageFailed(visit: Visit, outcome: Outcome, willRetry: boolean, now: number, { usage }: FinishExtra): WalkEvent {
  const error = outcome.failureReason ?? outcome.notes ?? `stage ${visit.node.id} failed`;
  const durationMs = now - visit.startedAt;
  return { type: 'StageFailed', ...stageRef(visit), durationMs, error, willRetry, outcome, ...(usage ? { usage } : {}) };
}

import type { Branch, LeaseHolder } from '../engine/ports/journal.ts';
import { OrchestraError } from '../shared/errors.ts';

/** What every driver answers, in the same words, to what it must not do. */

export function runUnknown(runId: string): OrchestraError {
  return new OrchestraError('RUN_UNKNOWN', `There is no run ${runId}.`, { details: { runId } });
}

export function runExists(runId: string): OrchestraError {
  return new OrchestraError('RUN_EXISTS', `There is another run ${runId}.`, { details: { runId } });
}

export function runHeld(runId: string, { pid }: LeaseHolder, ageMs: number): OrchestraError {
  const text = `Process ${pid} is walking run ${runId}; it was last heard of ${Math.round(ageMs / 1_000)} s ago.`;
  return new OrchestraError('RUN_HELD', text, { details: { runId, pid, ageMs } });
}

/** The lease was lost. */
export function runFenced(runId: string): OrchestraError {
  return new OrchestraError('RUN_FENCED', `Run ${runId} was taken over by another process.`, { details: { runId } });
}

/** The operation was started again under a higher epoch. */
export function branchFenced({ runId, key }: Branch): OrchestraError {
  const text = `Operation ${key} of run ${runId} was started again by another process.`;
  return new OrchestraError('RUN_FENCED', text, { details: { runId, key } });
}

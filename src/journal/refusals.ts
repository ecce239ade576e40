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

/** No turn of the path that was asked for. */
export function turnUnknown(runId: string, turn: number): OrchestraError {
  return new OrchestraError('TURN_UNKNOWN', `Run ${runId} has no turn ${turn}.`, { details: { runId, turn } });
}

/** It is a turn of the run, which has gone back behind it since. */
export function turnLeftBehind(runId: string, turn: number): OrchestraError {
  return new OrchestraError('TURN_LEFT_BEHIND', `Run ${runId} went back behind its turn ${turn}.`, {
    hint: `Go on from it in a run of its own with: orchestra replay ${runId} --at ${turn}`,
    details: { runId, turn },
  });
}

export function runHasForks(runId: string, forks: readonly string[]): OrchestraError {
  const text = `Run ${runId} was forked: ${forks.join(', ')} ${forks.length === 1 ? 'stands' : 'stand'} on its turns.`;
  return new OrchestraError('RUN_HAS_FORKS', text, { details: { runId, forks: [...forks] } });
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

import type { Outcome } from '../../contract/outcome.ts';
import { flagOf } from '../../language/graph/attributes.ts';
import type { Node } from '../../language/graph/graph.ts';
import { formatDuration } from '../../shared/duration.ts';

/** RETRY with no attempt left (3.5). */
export function exhaustedRetries(node: Node, { failureReason: reason, ...outcome }: Outcome): Outcome {
  const because = (text: string): string => (reason === undefined ? text : `${text}: ${reason}`);
  return flagOf(node, 'allow_partial')
    ? { ...outcome, status: 'partial_success', notes: because('retries exhausted, partial accepted') }
    : { ...outcome, status: 'fail', failureReason: because('max retries exceeded') };
}

/** RETRY whose wait would be too long: there is nothing that more attempts could do. */
export function refusedWait({ failureReason, ...outcome }: Outcome, refusal: string): Outcome {
  return {
    ...outcome,
    status: 'fail',
    failureReason: failureReason === undefined ? refusal : `${failureReason}: ${refusal}`,
  };
}

/** Of a stage whose time is over. */
export function timedOut(afterMs: number): Outcome {
  return { status: 'fail', failureReason: `timed out after ${formatDuration(afterMs)}` };
}

/** Of a stage a command skips. A gate fails as if a person had skipped it: nothing but an answer chooses. */
export function skippedByCommand(handler: string): Outcome {
  const reason = 'skipped by command';
  return handler === 'wait.human' ? { status: 'fail', failureReason: reason } : { status: 'skipped', notes: reason };
}

/** Of a branch that reached the fan-out it belongs to: it would open branches within branches without end. */
export function ledBack(fanOutId: string): Outcome {
  return { status: 'fail', failureReason: `the branch led back to its own fan-out ${fanOutId}` };
}

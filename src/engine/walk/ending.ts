import type { WalkEvent } from '../../contract/event.ts';
import type { Outcome } from '../../contract/outcome.ts';
import type { WalkResult } from '../ports/runtime.ts';
import type { StrandEnd } from './strand.ts';

/** How a run ends, and what is said about it. */
export interface Ending {
  readonly state: WalkResult['state'];
  readonly outcome: Outcome;
  readonly events: readonly WalkEvent[];
}

export interface EndingFacts {
  readonly durationMs: number;
  readonly artifactCount: number;
  /** The node the walk stands at. */
  readonly lastNode: string;
  /** A visited goal gate that has not succeeded. */
  readonly unsatisfiedGate: string | undefined;
}

/**
 * The ending of a run whose top level came to an end. At the exit the goal gates were checked already;
 * a walk that ends elsewhere has failed when one is not satisfied (11.3).
 */
export function endingOf({ outcome: reached, at }: StrandEnd, facts: EndingFacts): Ending {
  const { durationMs, artifactCount, lastNode, unsatisfiedGate } = facts;
  const outcome = at === 'exit' || unsatisfiedGate === undefined ? reached : gateMissed(reached, unsatisfiedGate);
  if (outcome.status === 'fail') {
    const error = outcome.failureReason ?? 'the pipeline failed';
    return { state: 'failed', outcome, events: [{ type: 'PipelineFailed', error, durationMs }] };
  }
  const completed: WalkEvent = { type: 'PipelineCompleted', durationMs, artifactCount };
  if (at === 'exit') return { state: 'completed', outcome, events: [completed] };
  const message = `the walk ended at ${lastNode} without reaching the exit`;
  return { state: 'completed', outcome, events: [{ type: 'RunWarning', message }, completed] };
}

export function cancelled(reason: string, durationMs: number): Ending {
  const outcome: Outcome = { status: 'fail', failureReason: reason };
  return { state: 'cancelled', outcome, events: [{ type: 'PipelineCancelled', reason, durationMs }] };
}

function gateMissed(reached: Outcome, gate: string): Outcome {
  if (reached.status === 'fail') return reached;
  return { status: 'fail', failureReason: `Goal gate ${gate} unsatisfied and the exit was not reached` };
}

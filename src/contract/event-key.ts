import type { WalkEvent } from './event.ts';
import { attemptKey, inScope, visitKey } from './keys.ts';

/** The stage, branch or question an event of the walk speaks of, as a path; undefined for those of the run as a whole. */
export function eventKey(event: WalkEvent): string | undefined {
  switch (event.type) {
    case 'StageStarted':
    case 'StageCompleted':
    case 'StageFailed':
    case 'StageRetrying':
      return attemptKey(visitKey(event.scope, event.name, event.visit), event.attempt);
    case 'ParallelStarted':
    case 'ParallelCompleted':
      return visitKey(event.scope, event.name, event.visit);
    case 'ParallelBranchStarted':
    case 'ParallelBranchCompleted':
      return inScope(event.scope, `${event.name}/${event.branch}`);
    case 'InterviewStarted':
    case 'InterviewCompleted':
    case 'InterviewTimeout':
      return event.id;
    case 'CheckpointSaved':
      return inScope(event.scope, event.nodeId);
    case 'GoalGateUnsatisfied':
      return event.node;
    case 'ChildObserved':
      return event.name;
    case 'PipelineStarted':
    case 'PipelineRestarted':
    case 'PipelineCompleted':
    case 'PipelineFailed':
    case 'PipelineCancelled':
    case 'PipelinePaused':
    case 'BudgetExhausted':
    case 'SteeringReceived':
    case 'RunWarning':
      return undefined;
  }
}

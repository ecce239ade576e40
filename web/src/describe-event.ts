import type { WalkEvent } from '../../src/contract/event.ts';
import type { Outcome } from '../../src/contract/outcome.ts';
import { bareLabel, type QuestionOption } from '../../src/contract/question.ts';

/** The node an event speaks of. */
export function nodeOf(event: WalkEvent): string | undefined {
  switch (event.type) {
    case 'StageStarted':
    case 'StageCompleted':
    case 'StageFailed':
    case 'StageRetrying':
    case 'ParallelStarted':
    case 'ParallelCompleted':
    case 'ChildObserved':
      return event.name;
    case 'ParallelBranchStarted':
    case 'ParallelBranchCompleted':
      return event.branch;
    case 'InterviewStarted':
    case 'InterviewCompleted':
    case 'InterviewTimeout':
      return event.stage;
    case 'CheckpointSaved':
      return event.nodeId;
    case 'PipelineRestarted':
      return event.target;
    case 'GoalGateUnsatisfied':
    case 'SteeringReceived':
      return event.node;
    default:
      return undefined;
  }
}

/** An event in a few words, without its type and its node. */
export function describeEvent(event: WalkEvent): string {
  switch (event.type) {
    case 'PipelineStarted':
      return event.goal;
    case 'PipelineRestarted':
      return `restart ${event.restart}`;
    case 'PipelineFailed':
      return event.error;
    case 'PipelineCancelled':
    case 'PipelinePaused':
      return event.reason;
    case 'StageStarted':
      return [event.handler, ordinal('visit', event.visit), ordinal('attempt', event.attempt)]
        .filter((part) => part !== '')
        .join(', ');
    case 'StageCompleted':
      return inWords(event.outcome);
    case 'StageFailed':
      return `${event.error}${event.willRetry ? ', tried again' : ''}`;
    case 'StageRetrying':
      return `in ${event.delayMs} ms`;
    case 'ParallelStarted':
      return `${event.branchCount} branches`;
    case 'ParallelBranchCompleted':
      return event.status;
    case 'ParallelCompleted':
      return `${event.successCount} succeeded, ${event.failureCount} failed`;
    case 'InterviewStarted':
      return [event.question.text, ...event.question.options.map(optionText)].join(' · ');
    case 'InterviewTimeout':
      return 'nobody answered in time';
    case 'CheckpointSaved':
      return event.next === undefined ? event.reason : `→ ${event.next} · ${event.reason}`;
    case 'GoalGateUnsatisfied':
      return event.target === undefined ? '' : `→ ${event.target}`;
    case 'BudgetExhausted':
      return `${event.budget}: ${event.spent} of ${event.limit}`;
    case 'SteeringReceived':
      return event.text;
    case 'ChildObserved':
      return `cycle ${event.cycle}: ${event.status}`;
    case 'RunWarning':
      return event.message;
    case 'PipelineCompleted':
    case 'ParallelBranchStarted':
    case 'InterviewCompleted':
      return '';
  }
}

function inWords({ status, failureReason, preferredLabel }: Outcome): string {
  return [status, failureReason, preferredLabel].filter((part) => part !== undefined).join(' · ');
}

function optionText({ key, label }: QuestionOption): string {
  return `[${key}] ${bareLabel(label)}`;
}

/** Nothing for the first, which is what everyone expects. */
function ordinal(word: string, number: number): string {
  return number === 1 ? '' : `${word} ${number}`;
}

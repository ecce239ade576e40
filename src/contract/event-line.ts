import type { EventType, StepEvent, WalkEvent } from './event.ts';

/** An event as one line of JSON: on stdout, in the stream, in the API. `type` is the event's own name. */
export type EventLine = WalkLine | StepLine;
type WalkLine = WalkEvent & EventPlace;
type StepLine = StepEvent & EventPlace & StepPlace;

export interface EventPlace {
  /** Commit order within the journal. */
  readonly seq: number;
  /** ISO 8601 in UTC. */
  readonly at: string;
  readonly runId: string;
}

/** Events of a step name the operation they come from, for example `fan#1/security/scan#1@2`. */
export interface StepPlace {
  readonly key: string;
}

/** Who emits an event of each type; the list of all types. */
export const eventSources = {
  PipelineStarted: 'walk',
  PipelineRestarted: 'walk',
  PipelineCompleted: 'walk',
  PipelineFailed: 'walk',
  PipelineCancelled: 'walk',
  PipelinePaused: 'walk',
  StageStarted: 'walk',
  StageCompleted: 'walk',
  StageFailed: 'walk',
  StageRetrying: 'walk',
  ParallelStarted: 'walk',
  ParallelBranchStarted: 'walk',
  ParallelBranchCompleted: 'walk',
  ParallelCompleted: 'walk',
  InterviewStarted: 'walk',
  InterviewCompleted: 'walk',
  InterviewTimeout: 'walk',
  CheckpointSaved: 'walk',
  GoalGateUnsatisfied: 'walk',
  BudgetExhausted: 'walk',
  SteeringReceived: 'walk',
  ChildObserved: 'walk',
  RunWarning: 'walk',
  AgentSessionStarted: 'step',
  AgentMessage: 'step',
  AgentText: 'step',
  AgentThinking: 'step',
  AgentToolCall: 'step',
  AgentToolResult: 'step',
  AgentFileChange: 'step',
  AgentTurnCompleted: 'step',
  AgentUsage: 'step',
  AgentPermissionDenied: 'step',
  AgentRetrying: 'step',
  AgentFallback: 'step',
  AgentLimitReached: 'step',
  AgentQueued: 'step',
  AgentCircuitChanged: 'step',
  AgentWarning: 'step',
  ProcessStarted: 'step',
  ProcessExited: 'step',
  ToolOutput: 'step',
  ToolHookFailed: 'step',
  WorktreeCreated: 'step',
  AgentCommitCreated: 'step',
  WorkspaceSnapshotRecorded: 'step',
  WorktreeMerged: 'step',
  WorktreeMergeConflict: 'step',
  SecretsFound: 'step',
  SessionBranchPushed: 'step',
  SessionBranchPushFailed: 'step',
  ChangeRequestOpened: 'step',
  WorkspaceNotice: 'step',
} as const satisfies Record<EventType, 'walk' | 'step'>;

export function isEventType(type: string): type is EventType {
  return Object.hasOwn(eventSources, type);
}

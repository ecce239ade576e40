import type { Json } from '../shared/json.ts';
import type { Outcome, StageStatus, Usage } from './outcome.ts';
import type { Question } from './question.ts';

/**
 * Typed events (Attractor 9.6 and ours in the same manner), spelled the same in journal, stream,
 * API and page. The walk emits `WalkEvent`s; a running step emits `StepEvent`s on its own branch.
 */
export type RunEvent = WalkEvent | StepEvent;

/** One visit of one node. `scope` is `''` at the top level, else the branch path, for example `fan#1/security`. */
interface StageRef {
  /** Node id (the specification's `name`). */
  readonly name: string;
  readonly scope: string;
  /** Position of this execution in the whole run, counted from 0. */
  readonly index: number;
  readonly visit: number;
  readonly attempt: number;
}

export type WalkEvent =
  | { readonly type: 'PipelineStarted'; readonly name: string; readonly id: string; readonly goal: string }
  | { readonly type: 'PipelineRestarted'; readonly restart: number; readonly target: string }
  | { readonly type: 'PipelineCompleted'; readonly durationMs: number; readonly artifactCount: number }
  | { readonly type: 'PipelineFailed'; readonly error: string; readonly durationMs: number }
  | { readonly type: 'PipelineCancelled'; readonly reason: string; readonly durationMs: number }
  | { readonly type: 'PipelinePaused'; readonly reason: string }
  | ({ readonly type: 'StageStarted'; readonly handler: string } & StageRef)
  | ({
      readonly type: 'StageCompleted';
      readonly durationMs: number;
      readonly outcome: Outcome;
      readonly usage?: Usage;
    } & StageRef)
  | ({
      readonly type: 'StageFailed';
      readonly durationMs: number;
      readonly error: string;
      readonly willRetry: boolean;
      readonly outcome: Outcome;
      readonly usage?: Usage;
    } & StageRef)
  | ({
      readonly type: 'StageRetrying';
      readonly delayMs: number;
      /** Why it waits until then, where the agent named the time: such a wait is no retry of the policy. */
      readonly reason?: string;
    } & StageRef)
  | {
      readonly type: 'ParallelStarted';
      readonly name: string;
      readonly scope: string;
      readonly visit: number;
      readonly branchCount: number;
    }
  | {
      readonly type: 'ParallelBranchStarted';
      readonly name: string;
      readonly scope: string;
      readonly branch: string;
      readonly index: number;
    }
  | {
      readonly type: 'ParallelBranchCompleted';
      readonly name: string;
      readonly scope: string;
      readonly branch: string;
      readonly index: number;
      readonly durationMs: number;
      readonly success: boolean;
      readonly status: StageStatus | 'cancelled';
    }
  | {
      readonly type: 'ParallelCompleted';
      readonly name: string;
      readonly scope: string;
      readonly visit: number;
      readonly durationMs: number;
      readonly successCount: number;
      readonly failureCount: number;
    }
  | { readonly type: 'InterviewStarted'; readonly id: string; readonly stage: string; readonly question: Question }
  | {
      readonly type: 'InterviewCompleted';
      readonly id: string;
      readonly stage: string;
      readonly question: Question;
      readonly answer: Json;
      readonly durationMs: number;
    }
  | {
      readonly type: 'InterviewTimeout';
      readonly id: string;
      readonly stage: string;
      readonly question: Question;
      readonly durationMs: number;
    }
  | {
      readonly type: 'CheckpointSaved';
      /** The node just left (the specification's `node_id`). */
      readonly nodeId: string;
      readonly scope: string;
      /** Where the walk goes next, and by which rule; absent where it ends. */
      readonly next?: string;
      readonly reason: RouteReason;
      /** Context keys the engine itself set since the last checkpoint; outcome updates stand in StageCompleted. */
      readonly context: Readonly<Record<string, Json>>;
    }
  | { readonly type: 'GoalGateUnsatisfied'; readonly node: string; readonly target?: string }
  | {
      readonly type: 'BudgetExhausted';
      readonly budget: string;
      readonly limit: number;
      readonly spent: number;
      readonly scope: string;
    }
  | { readonly type: 'SteeringReceived'; readonly text: string; readonly node?: string }
  | {
      readonly type: 'ChildObserved';
      readonly name: string;
      readonly cycle: number;
      readonly status: string;
      readonly activeStage?: string;
    }
  | { readonly type: 'RunWarning'; readonly message: string };

/** How the next node was found: the five steps of 3.3, then 3.7, then the jumps of 3.4 and 4.8. */
export type RouteReason =
  | 'condition'
  | 'preferred_label'
  | 'suggested_id'
  | 'weight'
  | 'lexical'
  | 'only_edge'
  | 'chosen_edge'
  | 'retry_target'
  | 'fallback_retry_target'
  | 'fan_in'
  | 'goal_gate'
  | 'loop_restart'
  | 'exit'
  | 'end';

/** What a step reports while it runs. Written to the step's own branch, under its epoch. */
export type StepEvent =
  | {
      readonly type: 'AgentSessionStarted';
      readonly agent: string;
      readonly sessionId: string;
      readonly thread?: string;
      readonly model?: string;
      readonly resumed: boolean;
    }
  | {
      readonly type: 'AgentMessage';
      readonly sessionId: string;
      /** The provider that can read it, since models sign what they think. */
      readonly provider: string;
      readonly role: 'user' | 'assistant';
      /** A text, or parts as the AI SDK writes them. */
      readonly content: Json;
    }
  | { readonly type: 'AgentText'; readonly text: string }
  | { readonly type: 'AgentThinking'; readonly text: string }
  | { readonly type: 'AgentToolCall'; readonly id: string; readonly tool: string; readonly input: Json }
  | { readonly type: 'AgentToolResult'; readonly id: string; readonly isError: boolean; readonly output: string }
  | { readonly type: 'AgentFileChange'; readonly path: string; readonly change: 'created' | 'modified' | 'deleted' }
  | {
      readonly type: 'AgentTurnCompleted';
      /** Counted from 1 within the operation: an answer of the model with the tool calls it made, their results known. */
      readonly turn: number;
      readonly toolCalls: number;
    }
  | ({ readonly type: 'AgentUsage' } & Usage)
  | { readonly type: 'AgentPermissionDenied'; readonly tool: string; readonly input: Json }
  | { readonly type: 'AgentRetrying'; readonly attempt: number; readonly reason: string; readonly delayMs?: number }
  | { readonly type: 'AgentFallback'; readonly from: string; readonly to: string; readonly reason: string }
  | {
      readonly type: 'AgentLimitReached';
      readonly agent: string;
      readonly model?: string;
      readonly reason: string;
      /** From when this is recorded until another attempt may succeed. */
      readonly retryAfterMs: number;
    }
  | {
      readonly type: 'AgentQueued';
      readonly agent: string;
      readonly model?: string;
      /** Which of the configured limits it waits for. */
      readonly reason: string;
      /** How long, where that can be known. */
      readonly waitMs?: number;
    }
  | {
      readonly type: 'AgentCircuitChanged';
      readonly agent: string;
      readonly model?: string;
      readonly state: 'closed' | 'open' | 'half-open';
      readonly reason: string;
    }
  | { readonly type: 'AgentWarning'; readonly message: string }
  | {
      readonly type: 'ProcessStarted';
      readonly pid: number;
      readonly bootId: string;
      readonly startTime: string;
      readonly command: string;
    }
  | {
      readonly type: 'ProcessExited';
      readonly pid: number;
      readonly exitCode: number | null;
      readonly signal: string | null;
      /** What it left behind and could not be ended. */
      readonly survivors?: readonly number[];
    }
  | { readonly type: 'ToolOutput'; readonly stream: 'stdout' | 'stderr'; readonly text: string }
  | {
      readonly type: 'ToolHookFailed';
      readonly hook: 'pre' | 'post';
      readonly exitCode: number | null;
      readonly output: string;
    }
  | WorkspaceEvent;

/** What a step reports of the folders it works in. `scope` is that of the folder's branch: `''` for the session's own. */
export type WorkspaceEvent =
  | {
      readonly type: 'WorktreeCreated';
      readonly repo: string;
      readonly scope: string;
      readonly branch: string;
      /** The commit it began at. */
      readonly base: string;
      readonly worktree: string;
    }
  | {
      readonly type: 'AgentCommitCreated';
      readonly repo: string;
      readonly scope: string;
      readonly sha: string;
      /** First line of its message. */
      readonly subject: string;
      /** The first hundred of its files. */
      readonly files: readonly string[];
      /** The turn of the agent; absent for what a whole node left. */
      readonly turn?: number;
    }
  | {
      readonly type: 'WorkspaceSnapshotRecorded';
      readonly scope: string;
      readonly repos: Readonly<Record<string, Snapshot>>;
    }
  | {
      readonly type: 'WorktreeMerged';
      readonly repo: string;
      readonly scope: string;
      /** Scopes of the branches that are part of it now. */
      readonly merged: readonly string[];
      readonly sha: string;
    }
  | {
      readonly type: 'WorktreeMergeConflict';
      readonly repo: string;
      readonly scope: string;
      /** Scope of the branch that does not fit. */
      readonly merging: string;
      readonly files: readonly string[];
    }
  | {
      readonly type: 'SecretsFound';
      readonly repo: string;
      readonly scope: string;
      readonly findings: readonly SecretFinding[];
    }
  | { readonly type: 'SessionBranchPushed'; readonly repo: string; readonly branch: string; readonly remote: string }
  | {
      readonly type: 'SessionBranchPushFailed';
      readonly repo: string;
      readonly branch: string;
      readonly remote: string;
      readonly error: string;
    }
  | { readonly type: 'ChangeRequestOpened'; readonly repo: string; readonly branch: string; readonly url: string }
  | { readonly type: 'WorkspaceNotice'; readonly message: string };

/** A state of a repository that can be returned to. */
export type Snapshot = {
  /** The commit its folder stood at. */
  readonly head: string;
  /** A commit that holds what was not committed then. */
  readonly uncommitted?: string;
};

export type SecretFinding = {
  readonly file: string;
  readonly line: number;
  /** What it looks like. */
  readonly rule: string;
};

export type EventType = RunEvent['type'];

import type { Json } from '../shared/json.ts';
import type { RouteReason } from './event.ts';
import type { StageStatus } from './outcome.ts';
import type { QuestionOption, QuestionType } from './question.ts';
import type { RunState, Waiting } from './run.ts';

/**
 * One run as every door shows it: a fold of its journal. Times are ISO 8601 in UTC, durations
 * milliseconds, money US dollars. Values the journal moved into blobs are references (`$blob`) until
 * they are hydrated.
 */
export interface RunView {
  readonly runId: string;
  readonly pipeline: string;
  readonly goal: string;
  readonly state: RunState;
  /** Run and operation that started this one. */
  readonly parent?: { readonly runId: string; readonly key: string };
  /** The run whose record answered this one. */
  readonly replayOf?: string;
  /** The run this one was forked from, and the turn of it that it went on from. */
  readonly forkOf?: { readonly runId: string; readonly turn: number };
  readonly startedAt: string;
  readonly updatedAt: string;
  /** Present once the run is completed, failed or cancelled. */
  readonly endedAt?: string;
  /** From the start to the end, or to the last thing recorded. */
  readonly durationMs: number;
  /** How often `loop_restart` was taken. */
  readonly restarts: number;
  /** Top-level visits in order, repeats kept. */
  readonly visited: readonly string[];
  /** Executions by node over all visits and attempts, branch nodes included. */
  readonly attempts: Readonly<Record<string, number>>;
  /** Without `internal.*`. */
  readonly context: Readonly<Record<string, Json>>;
  readonly failureReason?: string;
  /** Every visit of every node in order of its start, branches included. */
  readonly nodes: readonly NodeVisit[];
  readonly questions: readonly OpenQuestion[];
  readonly waiting: readonly WaitingFor[];
  readonly usage: UsageTotals;
  readonly nodeUsage: Readonly<Record<string, UsageTotals>>;
  /** By branch path, what branches within it used included; absent where no branch used anything. */
  readonly branchUsage?: Readonly<Record<string, UsageTotals>>;
  readonly warnings: readonly WarningNote[];
  /** The newest of each name. */
  readonly artifacts: readonly ArtifactEntry[];
  /** Moments that can be returned to, oldest first. */
  readonly turns: readonly ReturnPoint[];
  /** Absent for a run that works in the folder it was started in. */
  readonly workspace?: WorkspaceView;
}

/** A moment of a run that it can be resumed, forked and looked at from (`--at`, `--turn`, `--checkpoint`). */
export interface ReturnPoint {
  /** Its number in the journal. */
  readonly turn: number;
  readonly node: string;
  /** What was recorded then: a checkpoint behind a node, a turn of an agent, an answer of a person. */
  readonly type: 'CheckpointSaved' | 'AgentTurnCompleted' | 'InterviewCompleted';
  readonly at: string;
  /** The commit each repository stood at, in the folder the node worked in. */
  readonly repos: Readonly<Record<string, string>>;
}

export interface WorkspaceView {
  readonly repos: readonly RepositoryView[];
}

/** What a run has done in one repository. */
export interface RepositoryView {
  readonly name: string;
  /** Where the repository lies; its checkout is never touched. */
  readonly path: string;
  /** The commit the run began at. */
  readonly base: string;
  /** The branch that was checked out there; absent where none was. */
  readonly baseBranch?: string;
  /** The run's own branch. */
  readonly branch: string;
  readonly worktree: string;
  /** The newest commit of the run's own branch. */
  readonly head: string;
  /** Those of the branches of fan-outs, oldest first. */
  readonly branches: readonly WorkspaceBranchView[];
  /** Change requests that were opened for it. */
  readonly changeRequests?: readonly string[];
}

export interface WorkspaceBranchView {
  /** The node the branch begins with. */
  readonly node: string;
  /** Path of the branch, for example `fan#1/security`. */
  readonly scope: string;
  readonly branch: string;
  readonly worktree: string;
  readonly head: string;
  /** Its work is part of what it was branched from. */
  readonly merged: boolean;
}

/** An outcome, or how far a visit is. */
export type VisitStatus =
  | StageStatus
  | 'running'
  /** Asks a question that is open. */
  | 'waiting'
  /** Pauses between two attempts. */
  | 'retrying'
  /** Was going on when its process ended or paused, and goes on when the run is resumed. */
  | 'interrupted'
  /** Was dropped before it came to an outcome. */
  | 'cancelled';

export interface NodeVisit {
  readonly node: string;
  /** `''` at the top level, else the branch path, for example `fan#1/security`. */
  readonly scope: string;
  /** 1 for the first visit in its scope. */
  readonly visit: number;
  /** Attempts begun so far. */
  readonly attempts: number;
  readonly status: VisitStatus;
  readonly handler: string;
  /** 0, then one more for each `loop_restart` before this visit. */
  readonly restart: number;
  readonly startedAt: string;
  /** From the first attempt's start to the end, pauses between attempts included; absent while it goes on. */
  readonly durationMs?: number;
  /** When the next attempt begins, while it is `retrying`. */
  readonly retryAt?: string;
  readonly notes?: string;
  readonly failureReason?: string;
  readonly usage?: UsageTotals;
  /** Where the walk went from here, and by which rule. */
  readonly next?: string;
  readonly reason?: RouteReason;
}

/** Sums over steps. `costUsd` is absent as long as no agent named a cost. */
export interface UsageTotals {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly costUsd?: number;
}

export interface OpenQuestion {
  /** Used to answer it (`orchestra answer`). */
  readonly id: string;
  /** Id of the asking node. */
  readonly stage: string;
  readonly text: string;
  readonly type: QuestionType;
  readonly options: readonly QuestionOption[];
  /** Key of the option taken when nobody answers in time. */
  readonly default?: string;
  readonly since: string;
  /** When the question times out. */
  readonly until?: string;
}

/** What a waiting run waits for. */
export interface WaitingFor extends Omit<Waiting, 'since' | 'until'> {
  readonly since: string;
  readonly until?: string;
}

export interface WarningNote {
  readonly at: string;
  readonly message: string;
  /** The operation that warned; absent for the walk itself. */
  readonly key?: string;
}

export interface ArtifactEntry {
  readonly name: string;
  /** Of the text in UTF-8, or of the JSON of another value. */
  readonly bytes: number;
  readonly storedAt: string;
}

import type { EventLine } from '../../contract/event-line.ts';
import type { UsageTotals } from '../../contract/run-view.ts';

/** How far what a row stands for is. */
export type RowState =
  | 'pending'
  | 'running'
  /** Asks a question that is open. */
  | 'waiting'
  /** Pauses between two attempts. */
  | 'retrying'
  | 'done'
  /** Done in part. */
  | 'partial'
  | 'skipped'
  | 'failed'
  | 'cancelled';

/** What an agent or a tool tells while it works. */
export type Activity = Extract<
  EventLine,
  {
    readonly type:
      | 'AgentText'
      | 'AgentThinking'
      | 'AgentToolCall'
      | 'AgentPermissionDenied'
      | 'AgentRetrying'
      | 'AgentQueued'
      | 'ToolOutput';
  }
>;

/** States something is going on in. */
export const activeStates = ['waiting', 'running', 'retrying'] as const satisfies readonly RowState[];

const active: ReadonlySet<RowState> = new Set(activeStates);

export function isActive(state: RowState): boolean {
  return active.has(state);
}

export function isEnded(state: RowState): boolean {
  return state !== 'pending' && !isActive(state);
}

/** Branches of a fan-out by how far they are. */
export interface BranchCounts {
  readonly total: number;
  readonly ended: number;
  readonly failed: number;
}

/** One line of the picture as it stands: a node of a run, or a branch of a fan-out. */
export interface Row {
  readonly parent: Row | undefined;
  /** 0 at the top level. */
  readonly depth: number;
  /** Place among the children of its parent. */
  readonly position: number;
  /** Id of the node or the branch. */
  readonly name: string;
  /** Of a branch: the node it is at, where that has another name. */
  readonly at: string | undefined;
  readonly state: RowState;
  /** Times in milliseconds since the epoch. */
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
  readonly visit: number;
  readonly attempt: number;
  /** Of all visits, and of everything below it. */
  readonly usage: UsageTotals;
  readonly branches: BranchCounts | undefined;
  /** What its agent or tool told last while it goes on. */
  readonly activity: Activity | undefined;
  /** Why it failed, or what it said when it ended. */
  readonly remark: string | undefined;
  readonly children: readonly Row[];
}

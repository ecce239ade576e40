import type { WalkEvent } from '../../contract/event.ts';
import type { RunState } from '../../contract/run.ts';
import type { OpenQuestion, WarningNote } from '../../contract/run-view.ts';
import { ArtifactFold, type ArtifactState } from './artifact-fold.ts';
import { QuestionFold } from './question-fold.ts';
import { ReturnPointFold, type ReturnPointState } from './return-point-fold.ts';
import { SegmentFold, type SegmentState } from './segment-fold.ts';
import { UsageFold, type UsageState } from './usage-fold.ts';
import { VisitFold, type VisitState } from './visit-fold.ts';
import { WorkspaceFold, type WorkspaceState } from './workspace-fold.ts';

/** An instruction that reached a stage while it ran (4.11). */
export interface Steering {
  readonly node: string;
  readonly text: string;
  readonly restart: number;
}

/** All that a `RunFold` knows, in data that a structured clone can hold: snapshots keep it. */
export interface RunFoldState {
  readonly visits: VisitState;
  readonly usage: UsageState;
  readonly returnPoints: ReturnPointState;
  readonly workspace: WorkspaceState;
  readonly questions: Map<string, OpenQuestion>;
  readonly artifacts: ArtifactState;
  readonly segments: SegmentState[];
  readonly steering: Steering[];
  readonly warnings: WarningNote[];
  /** Attempt keys of steps in flight, by operation key. */
  readonly steps: Map<string, string>;
  pipeline: Extract<WalkEvent, { type: 'PipelineStarted' }> | undefined;
  startedAt: number | undefined;
  /** How many turns were taken up, and the highest number and the latest time among them. */
  turns: number;
  lastSeq: number;
  lastAt: number;
  endedAt: number | undefined;
  /** What it ended as, while nothing on its main branch follows. */
  endedAs: RunState | undefined;
  failureReason: string | undefined;
}

/** Of a run before its first turn. */
export function noTurns(): RunFoldState {
  return {
    visits: new VisitFold().state,
    usage: new UsageFold().state,
    returnPoints: new ReturnPointFold().state,
    workspace: new WorkspaceFold().state,
    questions: new QuestionFold().state,
    artifacts: new ArtifactFold().state,
    segments: [SegmentFold.begin(0).state],
    steering: [],
    warnings: [],
    steps: new Map(),
    pipeline: undefined,
    startedAt: undefined,
    turns: 0,
    lastSeq: 0,
    lastAt: 0,
    endedAt: undefined,
    endedAs: undefined,
    failureReason: undefined,
  };
}

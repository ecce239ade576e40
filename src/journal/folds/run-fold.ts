import { finalStates, type Waiting } from '../../contract/run.ts';
import type { RunEvent, WalkEvent } from '../../contract/event.ts';
import { eventSources } from '../../contract/event-line.ts';
import type { RunView, WaitingFor, WarningNote } from '../../contract/run-view.ts';
import type { Journal, RunRow, Turn } from '../../engine/ports/journal.ts';
import type { OperationSettled, OperationStarted } from '../../engine/ports/turns.ts';
import { isWhole, wholeTurn } from '../hydrate.ts';
import { ArtifactFold, type StoredArtifact } from './artifact-fold.ts';
import { isoTime } from './iso-time.ts';
import { attemptKey, attemptOfKey, visitKey } from '../../contract/keys.ts';
import { QuestionFold } from './question-fold.ts';
import { readTurn, type RecordedTurn } from './recorded-turn.ts';
import { ReturnPointFold } from './return-point-fold.ts';
import { SegmentFold, type Checkpoint } from './segment-fold.ts';
import { UsageFold } from './usage-fold.ts';
import { VisitFold, type EndedAttempt } from './visit-fold.ts';
import { WorkspaceFold } from './workspace-fold.ts';

/** An instruction that reached a stage while it ran (4.11). */
export interface Steering {
  readonly node: string;
  readonly text: string;
  readonly restart: number;
}

/** What a view says of a run without looking at what it did. */
export type RunOutline = Pick<
  RunView,
  | 'runId'
  | 'pipeline'
  | 'goal'
  | 'state'
  | 'parent'
  | 'forkOf'
  | 'startedAt'
  | 'updatedAt'
  | 'endedAt'
  | 'durationMs'
  | 'restarts'
  | 'failureReason'
>;

/**
 * What the journal says of one run, kept up to date turn by turn at the same cost however long the run
 * is (R6). Takes each turn once: those of the main branch in order, those of operations whenever they
 * come. Reads what `wholeTurn` gives: objects in their place, long texts perhaps as references.
 */
export class RunFold {
  readonly #visits = new VisitFold();
  readonly #usage = new UsageFold();
  readonly #returnPoints = new ReturnPointFold();
  /** What the run made in repositories. */
  readonly workspace = new WorkspaceFold();
  readonly #questions = new QuestionFold();
  readonly #artifacts = new ArtifactFold();
  readonly #segments: [SegmentFold, ...SegmentFold[]] = [new SegmentFold(0)];
  readonly #steering: Steering[] = [];
  readonly #warnings: WarningNote[] = [];
  /** Attempt keys of steps in flight, by operation key. */
  readonly #steps = new Map<string, string>();
  #pipeline: Extract<WalkEvent, { type: 'PipelineStarted' }> | undefined;
  #startedAt: number | undefined;
  #lastAt = 0;
  #lastSeq = 0;
  #endedAt: number | undefined;
  #failureReason: string | undefined;

  add(turn: Turn): void {
    const recorded = readTurn(turn);
    this.#lastAt = Math.max(this.#lastAt, turn.at);
    this.#lastSeq = Math.max(this.#lastSeq, turn.seq);
    if (recorded) this.#addRecorded(recorded, turn);
  }

  /** The run as a whole. */
  outline(row: RunRow): RunOutline {
    const startedAt = this.#startedAt ?? row.at;
    const updatedAt = Math.max(row.updatedAt, this.#lastAt);
    const endedAt = finalStates.has(row.state) ? (this.#endedAt ?? updatedAt) : undefined;
    return {
      runId: row.id,
      pipeline: row.pipeline,
      goal: this.#pipeline?.goal ?? '',
      state: row.state,
      ...(row.parent && { parent: row.parent }),
      ...(row.forkOf && { forkOf: row.forkOf }),
      startedAt: isoTime(startedAt),
      updatedAt: isoTime(updatedAt),
      ...(endedAt !== undefined && { endedAt: isoTime(endedAt) }),
      durationMs: (endedAt ?? updatedAt) - startedAt,
      restarts: this.restarts,
      ...(this.#failureReason !== undefined && { failureReason: this.#failureReason }),
    };
  }

  /**
   * The run with all of its visits: as large as the run is long, so it is made once for all who need it.
   * @param row the run as the journal lists it now: state and waiting come from there
   */
  view(row: RunRow): RunView {
    const questions = this.#questions.open();
    const branchUsage = this.#usage.byBranch();
    return {
      ...this.outline(row),
      visited: this.#visits.visited(),
      attempts: this.#visits.executions(),
      context: this.#segment.context(),
      nodes: this.#visits.views({
        usage: this.#usage.byVisit(),
        asking: new Set(questions.map(({ id }) => attemptOfKey(id))),
        isInterrupted: row.state === 'interrupted' || row.state === 'paused',
      }),
      questions,
      waiting: (row.waiting ?? []).map(waitingView),
      usage: this.#usage.totals(),
      nodeUsage: this.#usage.byNode(),
      ...(Object.keys(branchUsage).length > 0 && { branchUsage }),
      warnings: [...this.#warnings],
      artifacts: this.#artifacts.entries(),
      turns: this.#returnPoints.points(),
    };
  }

  /** How often `loop_restart` was taken. */
  get restarts(): number {
    return this.#segments.length - 1;
  }

  /** The highest number among the turns taken up; 0 before the first. */
  get lastSeq(): number {
    return this.#lastSeq;
  }

  /** The newest artifact of that name; `artifactContent` reads it. */
  artifact(name: string): StoredArtifact | undefined {
    return this.#artifacts.get(name);
  }

  /** Artifacts above the file-backing threshold, in the order they were stored. Only ever grows. */
  get largeArtifacts(): readonly StoredArtifact[] {
    return this.#artifacts.large;
  }

  /** Attempts that came to an outcome, in order. Only ever grows. */
  get endedAttempts(): readonly EndedAttempt[] {
    return this.#visits.ended;
  }

  /** Instructions in the order they arrived. Only ever grows. */
  get steering(): readonly Steering[] {
    return this.#steering;
  }

  /** Where a segment of the run stands, or stood when it was left. */
  checkpoint(restart = this.restarts): Checkpoint {
    const segment = this.#segments[restart];
    if (!segment) throw new RangeError(`there was no restart ${restart}`);
    return segment.checkpoint();
  }

  get #segment(): SegmentFold {
    return this.#segments.at(-1) ?? this.#segments[0];
  }

  #addRecorded(recorded: RecordedTurn, turn: Turn): void {
    switch (recorded.kind) {
      case 'event':
        return this.#addEvent(recorded.event, turn);
      case 'started':
        return this.#started(recorded.key, recorded.operation, turn.at);
      case 'settled':
        return this.#settled(recorded.key, recorded.operation, turn);
      case 'dropped':
        return this.#dropped(recorded.key);
      case 'inputs':
        return this.#segment.inputsChanged(recorded.inputs);
      case 'ended':
        this.#endedAt = turn.at;
        return this.#segment.ended(recorded.ended.context);
    }
  }

  #addEvent(event: RunEvent, turn: Turn): void {
    this.#returnPoints.add(event, turn);
    this.workspace.add(event, turn);
    if (event.type === 'AgentUsage') return this.#usage.reported(turn.key ?? '', event);
    if (event.type === 'AgentWarning') return this.#warned(event.message, turn);
    if (isWalkEvent(event)) this.#addWalkEvent(event, turn);
  }

  #addWalkEvent(event: WalkEvent, turn: Turn): void {
    this.#visits.add(event, turn.seq, turn.at, this.restarts);
    this.#segment.add(event, turn.at);
    switch (event.type) {
      case 'PipelineStarted':
        this.#pipeline = event;
        this.#startedAt = turn.at;
        return;
      case 'PipelineRestarted':
        this.#segments.push(new SegmentFold(event.restart));
        return;
      case 'PipelineFailed':
        return this.#ended(event.error, turn.at);
      case 'PipelineCancelled':
        return this.#ended(event.reason, turn.at);
      case 'PipelineCompleted':
        return this.#ended(undefined, turn.at);
      case 'SteeringReceived':
        return this.#steered(event.text, event.node);
      case 'RunWarning':
        return this.#warned(event.message, turn);
      default:
        return;
    }
  }

  #started(key: string, operation: OperationStarted, at: number): void {
    if (operation.kind === 'gate') this.#questions.asked(key, operation.question, at);
    if (operation.kind !== 'node') return;
    const { call } = operation;
    this.#usage.started(key, call);
    this.#steps.set(key, attemptKey(visitKey(call.scope, call.nodeId, call.visit), call.attempt));
  }

  #settled(key: string, operation: OperationSettled, turn: Turn): void {
    if (operation.kind === 'gate') this.#questions.closed(key);
    if (operation.kind !== 'node') return;
    this.#usage.settled(key, operation.result.usage);
    this.#artifacts.stored(operation.artifacts ?? {}, { seq: turn.seq, at: turn.at, restart: this.restarts });
    const attempt = this.#steps.get(key);
    this.#steps.delete(key);
    if (attempt !== undefined) this.#visits.stepSettled(attempt, turn.seq);
  }

  #dropped(key: string): void {
    this.#questions.closed(key);
    this.#usage.dropped(key);
    this.#steps.delete(key);
  }

  #ended(failureReason: string | undefined, at: number): void {
    this.#failureReason = failureReason;
    this.#endedAt = at;
  }

  /** Without a node, every stage that runs is meant. */
  #steered(text: string, node: string | undefined): void {
    const nodes = node === undefined ? new Set(this.#visits.activeNodes()) : [node];
    for (const steered of nodes) this.#steering.push({ node: steered, text, restart: this.restarts });
  }

  #warned(message: string, { at, key }: Turn): void {
    this.#warnings.push({ at: isoTime(at), message, ...(key !== undefined && { key }) });
  }
}

/** The fold of everything the journal holds of a run, or of it up to a turn. */
export async function foldRun(
  journal: Pick<Journal, 'tail' | 'getBlob'>,
  runId: string,
  upToSeq?: number,
): Promise<RunFold> {
  const fold = new RunFold();
  // Not through `wholeTurns`: each generator more is a wait for each turn.
  for await (const turn of journal.tail(runId, 0, upToSeq)) {
    fold.add(isWhole(turn) ? turn : await wholeTurn(journal, turn));
  }
  return fold;
}

function isWalkEvent(event: RunEvent): event is WalkEvent {
  return eventSources[event.type] === 'walk';
}

function waitingView({ since, until, ...what }: Waiting): WaitingFor {
  return { ...what, since: isoTime(since), ...(until !== undefined && { until: isoTime(until) }) };
}

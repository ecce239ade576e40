import { finalStates, type Waiting } from '../../contract/run.ts';
import type { RunEvent, WalkEvent } from '../../contract/event.ts';
import { eventSources } from '../../contract/event-line.ts';
import type { RunView, WaitingFor } from '../../contract/run-view.ts';
import type { RunRow, Turn } from '../../engine/ports/journal.ts';
import type { OperationSettled, OperationStarted } from '../../engine/ports/turns.ts';
import { ArtifactFold, type StoredArtifact } from './artifact-fold.ts';
import { isoTime } from './iso-time.ts';
import { attemptKey, attemptOfKey, visitKey } from '../../contract/keys.ts';
import { QuestionFold } from './question-fold.ts';
import { readTurn, type RecordedTurn } from './recorded-turn.ts';
import { ReturnPointFold, type ToldElsewhere } from './return-point-fold.ts';
import { noTurns, type RunFoldState, type Steering } from './run-fold-state.ts';
import { SegmentFold, type Checkpoint } from './segment-fold.ts';
import { UsageFold } from './usage-fold.ts';
import { VisitFold, type EndedAttempt } from './visit-fold.ts';
import { WorkspaceFold } from './workspace-fold.ts';

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
  /** All it knows, as plain data: it changes with the next turn. */
  readonly state: RunFoldState;
  readonly #visits: VisitFold;
  readonly #usage: UsageFold;
  readonly #returnPoints: ReturnPointFold;
  /** What the run made in repositories. */
  readonly workspace: WorkspaceFold;
  readonly #questions: QuestionFold;
  readonly #artifacts: ArtifactFold;
  readonly #segments: SegmentFold[];

  /** @param state where another fold stood, which is not to go on; a run of no turns unless given */
  constructor(state = noTurns()) {
    this.state = state;
    this.#visits = new VisitFold(state.visits);
    this.#usage = new UsageFold(state.usage);
    this.#returnPoints = new ReturnPointFold(state.returnPoints);
    this.workspace = new WorkspaceFold(state.workspace);
    this.#questions = new QuestionFold(state.questions);
    this.#artifacts = new ArtifactFold(state.artifacts);
    this.#segments = state.segments.map((segment) => new SegmentFold(segment));
  }

  add(turn: Turn): void {
    const { state } = this;
    state.turns += 1;
    state.lastAt = Math.max(state.lastAt, turn.at);
    state.lastSeq = Math.max(state.lastSeq, turn.seq);
    // What follows on an end in a fork of it goes on.
    if (turn.branch === undefined) state.endedAs = undefined;
    const recorded = readTurn(turn);
    if (recorded) this.#addRecorded(recorded, turn);
  }

  /** The run as a whole. */
  outline(row: RunRow): RunOutline {
    const { startedAt = row.at, lastAt, endedAt: end, failureReason, pipeline } = this.state;
    const updatedAt = Math.max(row.updatedAt, lastAt);
    const endedAt = finalStates.has(row.state) ? (end ?? updatedAt) : undefined;
    return {
      runId: row.id,
      pipeline: row.pipeline,
      goal: pipeline?.goal ?? '',
      state: row.state,
      ...(row.parent && { parent: row.parent }),
      ...(row.forkOf && { forkOf: row.forkOf }),
      startedAt: isoTime(startedAt),
      updatedAt: isoTime(updatedAt),
      ...(endedAt !== undefined && { endedAt: isoTime(endedAt) }),
      durationMs: (endedAt ?? updatedAt) - startedAt,
      restarts: this.restarts,
      ...(failureReason !== undefined && { failureReason }),
    };
  }

  /**
   * The run with all of its visits: as large as the run is long, so it is made once for all who need it.
   * @param row the run as the journal lists it now: state and waiting come from there
   * @param elsewhere what is told beside it of where repositories stood
   */
  view(row: RunRow, elsewhere?: ToldElsewhere): RunView {
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
      warnings: [...this.state.warnings],
      artifacts: this.#artifacts.entries(),
      turns: this.#returnPoints.points(elsewhere),
    };
  }

  /** How often `loop_restart` was taken. */
  get restarts(): number {
    return this.#segments.length - 1;
  }

  /** The highest number among the turns taken up; 0 before the first. */
  get lastSeq(): number {
    return this.state.lastSeq;
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
    return this.state.steering;
  }

  /** Where a segment of the run stands, or stood when it was left. */
  checkpoint(restart = this.restarts): Checkpoint {
    const segment = this.#segments[restart];
    if (!segment) throw new RangeError(`there was no restart ${restart}`);
    return segment.checkpoint();
  }

  get #segment(): SegmentFold {
    const segment = this.#segments.at(-1);
    if (!segment) throw new Error('a run has a segment from its first moment');
    return segment;
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
        this.state.endedAt = turn.at;
        this.state.endedAs = recorded.ended.state;
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
        this.state.pipeline = event;
        this.state.startedAt = turn.at;
        return;
      case 'PipelineRestarted':
        return this.#restarted(event.restart);
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
    this.state.steps.set(key, attemptKey(visitKey(call.scope, call.nodeId, call.visit), call.attempt));
  }

  #settled(key: string, operation: OperationSettled, turn: Turn): void {
    if (operation.kind === 'gate') this.#questions.closed(key);
    if (operation.kind !== 'node') return;
    this.#usage.settled(key, operation.result.usage);
    this.#artifacts.stored(operation.artifacts ?? {}, { seq: turn.seq, at: turn.at, restart: this.restarts });
    const attempt = this.state.steps.get(key);
    this.state.steps.delete(key);
    if (attempt !== undefined) this.#visits.stepSettled(attempt, turn.seq);
  }

  #dropped(key: string): void {
    this.#questions.closed(key);
    this.#usage.dropped(key);
    this.state.steps.delete(key);
  }

  #restarted(restart: number): void {
    const segment = SegmentFold.begin(restart);
    this.#segments.push(segment);
    this.state.segments.push(segment.state);
  }

  #ended(failureReason: string | undefined, at: number): void {
    this.state.failureReason = failureReason;
    this.state.endedAt = at;
  }

  /** Without a node, every stage that runs is meant. */
  #steered(text: string, node: string | undefined): void {
    const nodes = node === undefined ? new Set(this.#visits.activeNodes()) : [node];
    for (const steered of nodes) this.state.steering.push({ node: steered, text, restart: this.restarts });
  }

  #warned(message: string, { at, key }: Turn): void {
    this.state.warnings.push({ at: isoTime(at), message, ...(key !== undefined && { key }) });
  }
}

function isWalkEvent(event: RunEvent): event is WalkEvent {
  return eventSources[event.type] === 'walk';
}

function waitingView({ since, until, ...what }: Waiting): WaitingFor {
  return { ...what, since: isoTime(since), ...(until !== undefined && { until: isoTime(until) }) };
}

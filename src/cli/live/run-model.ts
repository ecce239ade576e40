import type { EventLine } from '../../contract/event-line.ts';
import type { Question } from '../../contract/question.ts';
import type { StageStatus } from '../../contract/outcome.ts';
import type { UsageTotals } from '../../contract/run-view.ts';
import { attemptKey, attemptOfKey, visitKey } from '../../contract/keys.ts';
import { noUsage, sumUsage } from '../../journal/folds/usage-totals.ts';
import { localTime } from '../print/local-time.ts';
import { noPlan, type Plan } from './plan.ts';
import { activeStates, isActive, type Activity, type RowState } from './row.ts';
import { RunTree, type TreeRow } from './run-tree.ts';

/** A question that is open, wherever in the run it was asked. */
export interface AskedHere {
  readonly runId: string;
  /** With `runId`: used to answer it. */
  readonly id: string;
  readonly question: Question;
  /** Milliseconds since the epoch. */
  readonly since: number;
}

/** A run whose events are told: the one looked at, or a child of one told of before. */
export interface ToldRun {
  readonly runId: string;
  readonly pipeline: string;
  readonly parent?: { readonly runId: string; readonly key: string };
}

/** An attempt that goes on. */
interface Attempt {
  readonly row: TreeRow;
  /** What its agent reported so far. */
  reported: UsageTotals;
}

type EventOf<T extends EventLine['type']> = Extract<EventLine, { type: T }>;

/**
 * A run as the live view shows it: a fold of its events and of those of its children. An event costs
 * the same however long the run is (R6), and nothing here knows of terminals or clocks.
 */
export class RunModel {
  readonly tree = new RunTree();
  readonly runId: string;
  readonly pipeline: string;
  #goal = '';
  #startedAt: number | undefined;
  #endedAt: number | undefined;
  readonly #questions = new Map<string, AskedHere & { readonly row: TreeRow | undefined }>();
  /** By run and node id: the rows of a run's own level. */
  readonly #nodes = new Map<string, TreeRow>();
  /** By run and scope. */
  readonly #branches = new Map<string, TreeRow>();
  /** By run and attempt key. */
  readonly #attempts = new Map<string, Attempt>();
  /** By run, scope and node id: the key below which the branches of a fan-out lie. */
  readonly #fanOuts = new Map<string, string>();
  /** The row a child run's nodes stand below. */
  readonly #homes = new Map<string, TreeRow | undefined>();
  /** The child run last told of for a row. */
  readonly #children = new Map<TreeRow, string>();

  /** @param plan what is shown before the run comes to it */
  constructor({ runId, pipeline }: ToldRun, plan: Plan = noPlan) {
    this.runId = runId;
    this.pipeline = pipeline;
    this.#homes.set(runId, undefined);
    for (const name of plan.inBranches) this.tree.foresee(name, 1);
    for (const name of plan.topLevel) this.#nodes.set(keyOf(runId, name), this.tree.grow(undefined, name));
  }

  get goal(): string {
    return this.#goal;
  }

  get startedAt(): number | undefined {
    return this.#startedAt;
  }

  /** When it came to an end; undefined while it goes on, and while it is paused. */
  get endedAt(): number | undefined {
    return this.#endedAt;
  }

  /** Open questions, the oldest first. */
  get questions(): readonly AskedHere[] {
    return [...this.#questions.values()];
  }

  knows(runId: string): boolean {
    return this.#homes.has(runId);
  }

  /** Tells of a child before its events. */
  addChild({ runId, parent }: ToldRun): void {
    const home = parent && this.#attemptAt(parent.runId, parent.key)?.row;
    this.#homes.set(runId, home);
    if (!home) return;
    // It takes the place of the child of an earlier attempt or round, which nobody needs any more.
    const former = this.#children.get(home);
    if (former !== undefined) this.#homes.set(former, undefined);
    this.#children.set(home, runId);
    this.tree.prune(home);
  }

  /** Events of runs it was not told of, or whose node has gone, are passed over. */
  add(line: EventLine): void {
    if (line.runId !== this.runId && !this.#homes.get(line.runId)) return;
    const at = Date.parse(line.at);
    switch (line.type) {
      case 'PipelineStarted':
      case 'PipelineRestarted':
      case 'PipelineCompleted':
      case 'PipelineFailed':
      case 'PipelineCancelled':
      case 'PipelinePaused':
        return this.#pipelineMoved(line, at);
      case 'StageStarted':
        return this.#stageStarted(line, at);
      case 'StageRetrying':
        return this.#retrying(line);
      case 'StageCompleted':
      case 'StageFailed':
        return this.#stageEnded(line, at);
      case 'ParallelStarted':
        return this.#fanOutStarted(line);
      case 'ParallelBranchStarted':
        return this.#branchStarted(line, at);
      case 'ParallelBranchCompleted':
        return this.#branchEnded(line, at);
      case 'InterviewStarted':
        return this.#asked(line, at);
      case 'InterviewCompleted':
      case 'InterviewTimeout':
        return this.#answered(line);
      case 'AgentUsage':
        return this.#used(line);
      case 'AgentText':
      case 'AgentThinking':
      case 'AgentToolCall':
      case 'AgentPermissionDenied':
      case 'AgentRetrying':
      case 'AgentQueued':
      case 'ToolOutput':
        return this.#acted(line);
      default:
        return;
    }
  }

  #pipelineMoved(line: EventLine, at: number): void {
    // A child's end is told by the node that runs it.
    if (line.runId !== this.runId || line.type === 'PipelinePaused') return;
    if (line.type === 'PipelineStarted') {
      this.#goal = line.goal;
      this.#startedAt = at;
      return;
    }
    // What was still open was dropped.
    for (const state of activeStates) for (const row of [...this.tree.of(state)]) this.tree.end(row, 'cancelled', at);
    this.#dropQuestions();
    if (line.type !== 'PipelineRestarted') this.#endedAt = at;
  }

  #stageStarted(line: EventOf<'StageStarted'>, at: number): void {
    const { runId, name, scope, visit, attempt, handler } = line;
    const key = attemptKey(visitKey(scope, name, visit), attempt);
    const row = this.#rowFor(runId, scope, name);
    this.#attempts.set(keyOf(runId, key), { row, reported: noUsage });
    row.visit = visit;
    row.attempt = attempt;
    if (handler === 'parallel') this.#fanOuts.set(keyOf(runId, scope, name), key);
    if (attempt === 1) {
      this.tree.prune(row);
      row.branches = undefined;
    }
    const isBranch = scope !== '';
    row.at = isBranch && name !== row.name ? name : undefined;
    // A branch began before its nodes did.
    this.tree.begin(row, isBranch || attempt > 1 ? (row.startedAt ?? at) : at);
  }

  #retrying({ runId, scope, name, attempt, at, delayMs, reason }: EventOf<'StageRetrying'>): void {
    const row = this.#rowFor(runId, scope, name);
    row.attempt = attempt;
    if (reason !== undefined) {
      row.activity = undefined;
      row.remark = `at ${localTime(Date.parse(at) + delayMs)}: ${reason}`;
    }
    this.tree.set(row, 'retrying');
  }

  #rowFor(runId: string, scope: string, name: string): TreeRow {
    const branch = scope === '' ? undefined : this.#branches.get(keyOf(runId, scope));
    if (branch) return branch;
    const known = this.#nodes.get(keyOf(runId, name));
    if (known) return known;
    const row = this.tree.grow(this.#homes.get(runId), name);
    this.#nodes.set(keyOf(runId, name), row);
    return row;
  }

  #stageEnded(line: EventOf<'StageCompleted' | 'StageFailed'>, at: number): void {
    this.#withAttempt(line.runId, line, line.attempt, ({ row, reported }, key) => {
      this.#attempts.delete(key);
      if (line.usage) this.tree.spend(row, difference(line.usage, reported));
      row.activity = undefined;
      row.remark = line.type === 'StageFailed' ? line.error : line.outcome.notes;
      if (line.type === 'StageFailed' && line.willRetry) return;
      this.#cancelBelow(row, at);
      // A branch goes on with its next node; its own end is told by its fan-out.
      if (line.scope === '') this.tree.end(row, stateOf(line), at);
      this.#dropQuestions();
    });
  }

  #fanOutStarted({ runId, scope, name, branchCount }: EventOf<'ParallelStarted'>): void {
    const row = this.#rowFor(runId, scope, name);
    this.tree.prune(row);
    row.branches = { total: branchCount, ended: 0, failed: 0 };
  }

  #branchStarted({ runId, scope, name, branch }: EventOf<'ParallelBranchStarted'>, at: number): void {
    const row = this.tree.grow(this.#rowFor(runId, scope, name), branch);
    this.#branches.set(this.#branchKey(runId, scope, name, branch), row);
    this.tree.begin(row, at);
  }

  #branchEnded(line: EventOf<'ParallelBranchCompleted'>, at: number): void {
    const { runId, scope, name, branch, status, success } = line;
    const fanOut = this.#rowFor(runId, scope, name);
    const { total = 0, ended = 0, failed = 0 } = fanOut.branches ?? {};
    const hasFailed = !success && status !== 'cancelled';
    fanOut.branches = { total, ended: ended + 1, failed: failed + (hasFailed ? 1 : 0) };
    const key = this.#branchKey(runId, scope, name, branch);
    const row = this.#branches.get(key);
    this.#branches.delete(key);
    if (!row) return;
    this.#cancelBelow(row, at);
    this.tree.end(row, status === 'cancelled' ? status : outcomeStates[status], at);
    this.#dropQuestions();
  }

  #cancelBelow(row: TreeRow, at: number): void {
    for (const child of row.children) {
      this.#cancelBelow(child, at);
      if (isActive(child.state)) this.tree.end(child, 'cancelled', at);
    }
  }

  #branchKey(runId: string, scope: string, name: string, branch: string): string {
    return keyOf(runId, `${this.#fanOuts.get(keyOf(runId, scope, name)) ?? name}/${branch}`);
  }

  #asked({ runId, id, question }: EventOf<'InterviewStarted'>, at: number): void {
    const row = this.#attemptAt(runId, id)?.row;
    this.#questions.set(keyOf(runId, id), { runId, id, question, since: at, row });
    if (row) this.tree.set(row, 'waiting');
  }

  #answered({ runId, id }: EventOf<'InterviewCompleted' | 'InterviewTimeout'>): void {
    this.#questions.delete(keyOf(runId, id));
    const row = this.#attemptAt(runId, id)?.row;
    if (row?.state === 'waiting') this.tree.set(row, 'running');
  }

  /** Nobody waits any more for an answer to what an ended row asked. */
  #dropQuestions(): void {
    for (const [key, { row }] of this.#questions)
      if (row && (row.isGone || !isActive(row.state))) this.#questions.delete(key);
  }

  #used({ runId, key, inputTokens, outputTokens, costUsd }: EventOf<'AgentUsage'>): void {
    const usage = { inputTokens, outputTokens, ...(costUsd !== undefined && { costUsd }) };
    const attempt = this.#attemptAt(runId, key);
    if (attempt) attempt.reported = sumUsage(attempt.reported, usage);
    this.tree.spend(attempt?.row, usage);
  }

  #acted(line: Activity): void {
    const row = this.#attemptAt(line.runId, line.key)?.row;
    if (row && isActive(row.state)) row.activity = line;
  }

  #withAttempt(
    runId: string,
    { scope, name, visit }: { readonly scope: string; readonly name: string; readonly visit: number },
    attempt: number,
    change: (attempt: Attempt, key: string) => void,
  ): void {
    const key = keyOf(runId, attemptKey(visitKey(scope, name, visit), attempt));
    const found = this.#attempts.get(key);
    if (found) change(found, key);
  }

  /** The attempt an operation belongs to: its key, or that followed by the name of a part. */
  #attemptAt(runId: string, key: string): Attempt | undefined {
    return this.#attempts.get(keyOf(runId, key)) ?? this.#attempts.get(keyOf(runId, attemptOfKey(key)));
  }
}

/** Ids may hold any character but this one. */
function keyOf(...parts: readonly string[]): string {
  return parts.join('\0');
}

/** What a result says beyond what was reported while it came about. */
function difference(result: UsageTotals, reported: UsageTotals): UsageTotals {
  const { inputTokens, outputTokens, costUsd } = result;
  return {
    inputTokens: inputTokens - reported.inputTokens,
    outputTokens: outputTokens - reported.outputTokens,
    ...(costUsd !== undefined && { costUsd: costUsd - (reported.costUsd ?? 0) }),
  };
}

const outcomeStates = {
  success: 'done',
  partial_success: 'partial',
  skipped: 'skipped',
  retry: 'failed',
  fail: 'failed',
} as const satisfies Record<StageStatus, RowState>;

/** A diamond that passes a failure on has not failed itself: its event tells of a completion. */
function stateOf({ type, outcome }: EventOf<'StageCompleted' | 'StageFailed'>): RowState {
  return type === 'StageFailed' ? 'failed' : outcome.status === 'fail' ? 'done' : outcomeStates[outcome.status];
}

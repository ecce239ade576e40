import type { RouteReason, WalkEvent } from '../../contract/event.ts';
import type { Outcome } from '../../contract/outcome.ts';
import type { NodeVisit, UsageTotals, VisitStatus } from '../../contract/run-view.ts';
import { dictionaryOf } from '../../shared/json.ts';
import { isoTime } from './iso-time.ts';
import { attemptKey, visitKey } from '../../contract/keys.ts';

/** An attempt that came to an outcome, and the turns that tell of it. */
export interface EndedAttempt {
  /** `review#2@3` */
  readonly key: string;
  readonly node: string;
  readonly scope: string;
  readonly restart: number;
  /** Whether its outcome is that of the visit: no further attempt follows. */
  readonly counts: boolean;
  /** The turn with its outcome. */
  readonly outcomeSeq: number;
  /** The turn with what its step returned; undefined for handlers without a step. */
  readonly stepSeq: number | undefined;
}

interface Visit {
  readonly key: string;
  readonly node: string;
  readonly scope: string;
  readonly number: number;
  readonly handler: string;
  readonly restart: number;
  readonly startedAt: number;
  attempts: number;
  status: VisitStatus;
  endedAt: number | undefined;
  retryAt: number | undefined;
  notes: string | undefined;
  failureReason: string | undefined;
  next: string | undefined;
  reason: RouteReason | undefined;
}

type StageEvent = Extract<WalkEvent, { readonly visit: number; readonly attempt: number }>;

/** What visits look like depends on besides their own events. */
export interface VisitMoment {
  /** By visit key. */
  readonly usage: ReadonlyMap<string, UsageTotals>;
  /** Keys of the attempts that wait for an answer. */
  readonly asking: ReadonlySet<string>;
  /** Nobody walks the run although work is left. */
  readonly isInterrupted: boolean;
}

/** What a `VisitFold` knows. */
export interface VisitState {
  readonly visits: Visit[];
  readonly visited: string[];
  readonly executions: Map<string, number>;
  readonly ended: EndedAttempt[];
  /** By scope, where in `visits` the one going on stands, and the one left last. */
  readonly open: Map<string, number>;
  readonly left: Map<string, number>;
  /** Settled steps whose stage has not ended yet, by attempt key. */
  readonly steps: Map<string, number>;
}

function noVisits(): VisitState {
  return {
    visits: [],
    visited: [],
    executions: new Map(),
    ended: [],
    open: new Map(),
    left: new Map(),
    steps: new Map(),
  };
}

/** Every visit of every node. A scope has at most one visit at a time, which is how events find theirs. */
export class VisitFold {
  readonly state: VisitState;

  constructor(state = noVisits()) {
    this.state = state;
  }

  /** @param restart the segment the event belongs to */
  add(event: WalkEvent, seq: number, at: number, restart: number): void {
    switch (event.type) {
      case 'StageStarted':
        return this.#started(event, at, restart);
      case 'StageRetrying':
        return this.#retrying(event, at + event.delayMs);
      case 'StageCompleted':
        return this.#concluded(event, event.outcome, { seq, at, counts: true });
      case 'StageFailed':
        return this.#concluded(event, event.outcome, { seq, at, counts: !event.willRetry });
      case 'ParallelBranchCompleted':
        if (event.status === 'cancelled') this.#cancelBranch(event.scope, event.branch, at);
        return;
      case 'CheckpointSaved':
        return this.#routed(event.scope, event.nodeId, event.next, event.reason);
      case 'PipelineRestarted':
      case 'PipelineCompleted':
      case 'PipelineFailed':
      case 'PipelineCancelled':
        return this.#cancel(() => true, at);
      default:
        return;
    }
  }

  /** A step returned; `key` is that of its attempt. */
  stepSettled(key: string, seq: number): void {
    this.state.steps.set(key, seq);
  }

  /** Top-level visits in order. */
  visited(): readonly string[] {
    return [...this.state.visited];
  }

  executions(): Readonly<Record<string, number>> {
    return dictionaryOf(this.state.executions);
  }

  /** In the order they ended. Only ever grows. */
  get ended(): readonly EndedAttempt[] {
    return this.state.ended;
  }

  /** Nodes being executed, at the top level and in branches. */
  activeNodes(): readonly string[] {
    return this.#allOpen().map(({ node }) => node);
  }

  views(moment: VisitMoment): readonly NodeVisit[] {
    return this.state.visits.map((visit) => viewOf(visit, moment));
  }

  #started(event: Extract<StageEvent, { type: 'StageStarted' }>, at: number, restart: number): void {
    const { name: node, scope, visit: number, attempt, handler } = event;
    this.state.executions.set(node, (this.state.executions.get(node) ?? 0) + 1);
    const open = this.#openIn(scope);
    if (open && attempt > 1) {
      this.#cancelBelow(open, at);
      open.attempts = attempt;
      open.status = 'running';
      return;
    }
    const visit: Visit = {
      key: visitKey(scope, node, number),
      node,
      scope,
      number,
      handler,
      restart,
      startedAt: at,
      attempts: attempt,
      status: 'running',
      endedAt: undefined,
      retryAt: undefined,
      notes: undefined,
      failureReason: undefined,
      next: undefined,
      reason: undefined,
    };
    this.state.open.set(scope, this.state.visits.push(visit) - 1);
    if (scope === '') this.state.visited.push(node);
  }

  #retrying({ scope }: StageEvent, retryAt: number): void {
    const visit = this.#openIn(scope);
    if (!visit) return;
    visit.status = 'retrying';
    visit.retryAt = retryAt;
  }

  #concluded(event: StageEvent, outcome: Outcome, end: { seq: number; at: number; counts: boolean }): void {
    const { name: node, scope, attempt } = event;
    const visit = this.#openIn(scope);
    if (!visit) return;
    const key = attemptKey(visit.key, attempt);
    const { counts, seq: outcomeSeq } = end;
    this.state.ended.push({
      key,
      node,
      scope,
      restart: visit.restart,
      counts,
      outcomeSeq,
      stepSeq: this.state.steps.get(key),
    });
    this.state.steps.delete(key);
    visit.notes = outcome.notes;
    visit.failureReason = outcome.failureReason;
    if (!counts) return;
    this.#cancelBelow(visit, end.at);
    this.#close(visit, outcome.status, end.at);
  }

  #close(visit: Visit, status: VisitStatus, at: number): void {
    visit.status = status;
    visit.endedAt = at;
    const { open, left } = this.state;
    const index = open.get(visit.scope);
    open.delete(visit.scope);
    if (index !== undefined) left.set(visit.scope, index);
  }

  #routed(scope: string, node: string, next: string | undefined, reason: RouteReason): void {
    const visit = this.#at(this.state.left.get(scope));
    if (visit?.node !== node) return;
    visit.next = next;
    visit.reason = reason;
  }

  #cancelBranch(scope: string, branch: string, at: number): void {
    const fanOut = this.#openIn(scope);
    if (!fanOut) return;
    const path = `${attemptKey(fanOut.key, fanOut.attempts)}/${branch}`;
    this.#cancel((below) => below === path || below.startsWith(`${path}/`), at);
  }

  /** What runs below an attempt ends with it. */
  #cancelBelow(visit: Visit, at: number): void {
    const path = `${attemptKey(visit.key, visit.attempts)}/`;
    this.#cancel((scope) => scope.startsWith(path), at);
  }

  #cancel(covers: (scope: string) => boolean, at: number): void {
    for (const visit of this.#allOpen()) if (covers(visit.scope)) this.#close(visit, 'cancelled', at);
  }

  #allOpen(): readonly Visit[] {
    return [...this.state.open.values()].flatMap((index) => this.#at(index) ?? []);
  }

  #openIn(scope: string): Visit | undefined {
    return this.#at(this.state.open.get(scope));
  }

  #at(index: number | undefined): Visit | undefined {
    return index === undefined ? undefined : this.state.visits[index];
  }
}

function viewOf(visit: Visit, moment: VisitMoment): NodeVisit {
  const { node, scope, number, attempts, handler, restart, startedAt, endedAt, retryAt, notes } = visit;
  const { failureReason, next, reason } = visit;
  const usage = moment.usage.get(visit.key);
  return {
    node,
    scope,
    visit: number,
    attempts,
    status: statusAt(visit, moment),
    handler,
    restart,
    startedAt: isoTime(startedAt),
    ...(endedAt !== undefined && { durationMs: endedAt - startedAt }),
    ...(visit.status === 'retrying' && retryAt !== undefined && { retryAt: isoTime(retryAt) }),
    ...(notes !== undefined && { notes }),
    ...(failureReason !== undefined && { failureReason }),
    ...(usage && { usage }),
    ...(next !== undefined && { next }),
    ...(reason !== undefined && { reason }),
  };
}

/** What is dead is never shown as running (R5). */
function statusAt({ key, attempts, status }: Visit, { asking, isInterrupted }: VisitMoment): VisitStatus {
  if (status !== 'running') return status;
  if (asking.has(attemptKey(key, attempts))) return 'waiting';
  return isInterrupted ? 'interrupted' : 'running';
}

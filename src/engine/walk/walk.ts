import type { WalkEvent } from '../../contract/event.ts';
import { succeeded, type Outcome } from '../../contract/outcome.ts';
import { durationOf, flagOf, plainValue, textOf } from '../../language/graph/attributes.ts';
import { outgoing, type Edge } from '../../language/graph/graph.ts';
import type { Json } from '../../shared/json.ts';
import type { Op, OpKey, OpKind, RunContext, Settled, WalkResult } from '../ports/runtime.ts';
import type { MergePolicy } from '../ports/step.ts';
import type { Program } from '../program.ts';
import { BudgetGates } from './budget-gates.ts';
import { Budgets } from './budgets.ts';
import { applyCommand } from './commands.ts';
import { ConditionReader } from './condition-reader.ts';
import { cancelled, endingOf, type Ending } from './ending.ts';
import { turnBackAt, unsatisfiedGate } from './goal-gates.ts';
import { defaultMaxLimitWaitMs, nextLimitWait } from './limit-wait.ts';
import { Operations, isWithin } from './operations.ts';
import { exhaustedRetries, ledBack, refusedWait, skippedByCommand, timedOut } from './outcomes.ts';
import { retryDelayMs, retryPolicyOf } from './retry.ts';
import { isExhausted, routeFrom, type Route, type RouteView } from './route.ts';
import { handOver, maxRestartsOf, readSegment, type SegmentState } from './segment.ts';
import { checkpointSaved, stageEnded, stageFailed, stageRecord, stageRetrying, stageStarted } from './stage-events.ts';
import { Steering } from './steering.ts';
import { requestChild, requestStep } from './step-request.ts';
import { branchesAround, createStrand, setContext, type Strand, type StrandEnd } from './strand.ts';
import { attemptKey, nextVisit, type Visit } from './visit.ts';
import type { ChildRequest, FinishExtra, Stage, StepRequest, WalkHandler } from './walk-handler.ts';

export interface WalkOptions {
  readonly handlers: ReadonlyMap<string, WalkHandler>;
  /** The initial context beside the mirrored graph attributes (`key=value` of the command line). */
  readonly inputs: Readonly<Record<string, Json>>;
  /** How long a visit may wait in all for limits of agents, in milliseconds; six hours unless said. */
  readonly maxLimitWaitMs?: number | undefined;
  /** Branches of fan-outs work in folders of their own, which fan-ins put together by this policy where nodes name no other. */
  readonly mergeBranches?: MergePolicy | undefined;
}

/**
 * The state of one walk and its transitions: execute a node with its retries, record, route, advance
 * (Attractor 3.2). Everything here is synchronous; `traverse` owns the single await.
 *
 * W1. A strand has at most one active visit, and an active visit belongs to exactly one strand.
 * W2. Every visit ends by `finish` or with its strand by `cancelStrand`; what settles later is ignored.
 * W3. Nothing here depends on anything but the graph, the options and the settlements, in order (R4).
 */
export class Walk implements Stage {
  readonly run: RunContext;
  readonly program: Program;
  readonly mergeBranches: MergePolicy | undefined;
  readonly operations: Operations;
  readonly budgets: Budgets;
  readonly budgetGates: BudgetGates;
  readonly steering = new Steering();
  /** Active visits by key, in order of their start. */
  readonly active = new Map<string, Visit>();
  result: WalkResult | undefined;

  readonly #options: WalkOptions;
  readonly #segment: SegmentState;
  readonly #conditions: ConditionReader;
  readonly #top: Strand;
  readonly #outcomes = new Map<string, Outcome>();
  #ready: Strand[] = [];

  constructor(run: RunContext, program: Program, options: WalkOptions) {
    this.run = run;
    this.program = program;
    this.#options = options;
    this.mergeBranches = options.mergeBranches;
    this.operations = new Operations(run);
    this.#segment = readSegment(run.handedOver, program.start.id, run.now());
    this.budgets = new Budgets(program.graph, run, this.#segment.budgets);
    this.budgetGates = new BudgetGates(this);
    this.#conditions = new ConditionReader((message) => this.emit({ type: 'RunWarning', message }));
    this.#top = createStrand({
      scope: '',
      current: this.#segment.startAt,
      visits: new Map(Object.entries(this.#segment.visits)),
      onEnd: (end) => this.#endTop(end),
    });
  }

  begin(): void {
    const { graph } = this.program;
    const goal = textOf(graph, 'goal') ?? '';
    if (this.run.segment === 0) this.emit({ type: 'PipelineStarted', name: graph.name, id: this.run.runId, goal });
    setContext(this.#top, 'graph.goal', goal);
    for (const [key, { value }] of graph.attributes) setContext(this.#top, `graph.${key}`, plainValue(value));
    for (const [key, value] of Object.entries(this.#options.inputs)) setContext(this.#top, key, value);
    this.#listen();
    this.#ready.push(this.#top);
    this.#advanceAll();
  }

  settle(settled: Settled): void {
    this.operations.settle(settled);
    this.#advanceAll();
  }

  // Stage: what handlers may do

  when<K extends OpKind>(visit: Visit, op: Op<K>, resume: (settled: Extract<Settled, { kind: K }>) => void): void {
    this.operations.when(op, visit.strand, resume);
  }

  drop(op: Op, reason: string): void {
    this.operations.drop(op.key, reason);
  }

  emit(event: WalkEvent): void {
    this.run.emit(event);
  }

  holds(condition: string, strand: Strand, outcome: Outcome): boolean {
    return this.#conditions.holds(condition, strand, outcome);
  }

  openEdges(visit: Visit): readonly Edge[] {
    const { node, strand } = visit;
    const view = this.#routeView(strand);
    return outgoing(this.program.graph, node.id).filter(
      (edge) => !isExhausted(view, edge) && view.holds(edge, strand.lastOutcome),
    );
  }

  startStrand(strand: Strand): void {
    this.#ready.push(strand);
  }

  cancelStrand(strand: Strand, reason: string): void {
    this.operations.dropStrand(strand, reason);
    for (const visit of [...this.active.values()]) if (isWithin(visit.strand, strand)) this.active.delete(visit.key);
    this.#ready = this.#ready.filter((waiting) => !isWithin(waiting, strand));
    this.budgetGates.withdraw();
  }

  step(visit: Visit, request: StepRequest): void {
    requestStep(this, visit, request);
  }

  startChild(visit: Visit, request: ChildRequest): void {
    requestChild(this, visit, request);
  }

  finish(visit: Visit, outcome: Outcome, extra: FinishExtra = {}): void {
    if (this.active.get(visit.key)?.attempt !== visit.attempt) return;
    this.operations.drop(limitKey(visit), 'the stage has ended');
    const { retryAfterMs, ...told } = extra;
    if (outcome.status === 'retry' && retryAfterMs !== undefined)
      return this.#waitForLimit(visit, outcome, retryAfterMs, told);
    if (outcome.status === 'retry' && this.#retry(visit, outcome, extra)) return;
    this.active.delete(visit.key);
    const settled = outcome.status === 'retry' ? exhaustedRetries(visit.node, outcome) : outcome;
    this.#record(visit, settled, extra);
    this.#leave(visit, settled, extra);
  }

  finishDropping(visit: Visit, outcome: Outcome, reason: string): void {
    this.cancelStrand(visit.strand, reason);
    this.active.set(visit.key, visit);
    this.finish(visit, outcome);
  }

  countArtifacts(stored: number): void {
    this.#segment.artifactCount += stored;
  }

  // Commands

  /** Starts the next attempt of an active visit at once, whatever the current one was doing. */
  restartVisit(visit: Visit): void {
    this.cancelStrand(visit.strand, 'retried by command');
    this.#attempt({ ...visit, attempt: visit.attempt + 1 });
  }

  /** Goes on behind an active visit, dropping what it was doing. */
  skipVisit(visit: Visit): void {
    this.finishDropping(visit, skippedByCommand(visit.handler), 'skipped by command');
  }

  steer(text: string, node: string | undefined): void {
    this.emit({ type: 'SteeringReceived', text, ...(node === undefined ? {} : { node }) });
    if (node !== undefined && !this.program.graph.nodes.has(node)) {
      return this.emit({ type: 'RunWarning', message: `cannot steer ${node}: there is no such node` });
    }
    const strands = new Set([this.#top, ...Array.from(this.active.values(), (visit) => visit.strand)]);
    return this.steering.receive(text, node, strands);
  }

  cancel(reason: string): void {
    this.#end(cancelled(reason, this.#durationMs));
  }

  fail(failureReason: string): void {
    this.#endTop({ outcome: { status: 'fail', failureReason }, at: 'dead_end' });
  }

  // Transitions

  #advanceAll(): void {
    while (!this.result) {
      const strand = this.#ready.shift();
      if (!strand) return;
      this.#advance(strand);
    }
  }

  #advance(strand: Strand): void {
    const { current, stopAt } = strand;
    if (current === stopAt) return strand.onEnd({ outcome: strand.lastOutcome, at: 'stop' });
    if (isFannedOutBy(strand, current)) return strand.onEnd({ outcome: ledBack(current), at: 'dead_end' });
    const handler = this.program.handlerOf(current);
    if (handler === 'exit' && strand.parent) return strand.onEnd({ outcome: strand.lastOutcome, at: 'exit' });
    if (handler === 'exit' && this.#isTurnedBack(strand)) return;
    const node = this.program.graph.nodes.get(current);
    if (!node) throw new Error(`the graph has no node ${current}`);
    strand.context.set('current_node', current);
    this.#attempt(nextVisit(strand, node, handler));
  }

  #attempt(next: Visit): void {
    const { executions } = this.#segment;
    const execution = executions.get(next.node.id) ?? 0;
    executions.set(next.node.id, execution + 1);
    const visit: Visit = { ...next, execution, index: this.#segment.index++, startedAt: this.run.now() };
    this.active.set(visit.key, visit);
    if (visit.attempt === 1) this.budgets.chargeVisit(visit, visit.startedAt);
    this.emit(stageStarted(visit));
    this.#limit(visit);
    const handler = this.#options.handlers.get(visit.handler);
    if (handler) handler.begin(visit, this);
    else this.step(visit, { ended: (outcome, told) => this.finish(visit, outcome, told) });
  }

  /** The `timeout` of stages that work for long inside the walk. A step's is its runtime's, a gate's stands beside the question. */
  #limit(visit: Visit): void {
    const timeoutMs = limitedByWalk.has(visit.handler) ? durationOf(visit.node, 'timeout') : undefined;
    if (timeoutMs === undefined) return;
    const timer = this.run.timer(limitKey(visit), timeoutMs);
    this.when(visit, timer, () => this.finishDropping(visit, timedOut(timeoutMs), 'timed out'));
  }

  /** Schedules another attempt when the policy has one left; says whether it did. */
  #retry(visit: Visit, outcome: Outcome, extra: FinishExtra): boolean {
    const { maxAttempts, backoff } = retryPolicyOf(this.program.graph, visit.node);
    const counted = visit.attempt - visit.limitWaits.count;
    if (counted >= maxAttempts) return false;
    const delayMs = retryDelayMs(counted, backoff, this.run.id(attemptKey(visit, 'backoff')));
    setContext(visit.strand, `internal.retry_count.${visit.node.id}`, counted);
    this.emit(stageFailed(visit, outcome, true, this.run.now(), extra));
    this.#attemptIn(delayMs, visit);
    return true;
  }

  /** Waits until the agent of a visit may again, as long as a run is allowed to: no retry of the policy. */
  #waitForLimit(visit: Visit, outcome: Outcome, retryAfterMs: number, extra: FinishExtra): void {
    const longestMs = this.#options.maxLimitWaitMs ?? defaultMaxLimitWaitMs;
    const token = this.run.id(attemptKey(visit, 'backoff'));
    const wait = nextLimitWait(visit.limitWaits, retryAfterMs, longestMs, token);
    if ('refusal' in wait) return this.finish(visit, refusedWait(outcome, wait.refusal), extra);
    this.emit(stageFailed(visit, outcome, true, this.run.now(), extra));
    this.#attemptIn(
      wait.delayMs,
      { ...visit, limitWaits: wait.after },
      outcome.failureReason ?? 'its agent is limited',
    );
  }

  #attemptIn(delayMs: number, visit: Visit, reason?: string): void {
    this.active.set(visit.key, visit);
    this.emit(stageRetrying(visit, delayMs, reason));
    const timer = this.run.timer(attemptKey(visit, 'backoff'), delayMs, reason);
    this.when(visit, timer, () => this.#attempt({ ...visit, attempt: visit.attempt + 1 }));
  }

  /** Steps 3 and 4 of the core loop: what the outcome changes. A skipped stage records no outcome (5.2). */
  #record(visit: Visit, outcome: Outcome, extra: FinishExtra): void {
    const { strand, node } = visit;
    for (const [key, value] of Object.entries(outcome.contextUpdates ?? {})) {
      strand.context.set(key, value);
      strand.updates.set(key, value);
    }
    if (outcome.status !== 'skipped') {
      this.#outcomes.set(node.id, outcome);
      strand.lastOutcome = outcome;
      strand.context.set('outcome', outcome.status);
      if (outcome.preferredLabel) strand.context.set('preferred_label', outcome.preferredLabel);
    }
    const retryCount = `internal.retry_count.${node.id}`;
    if (succeeded(outcome) && strand.context.has(retryCount)) setContext(strand, retryCount, 0);
    strand.history.push(stageRecord(visit, outcome));
    this.emit(stageEnded(visit, outcome, this.run.now(), extra));
  }

  /** Steps 5 to 8: checkpoint, choose, advance. */
  #leave(visit: Visit, outcome: Outcome, extra: FinishExtra): void {
    const { strand, node } = visit;
    if (visit.handler === 'exit') return this.#stop(visit, { outcome, at: 'exit' });
    const route = extra.chosenEdge
      ? ({ kind: 'edge', edge: extra.chosenEdge, reason: 'chosen_edge' } as const)
      : extra.jumpTo === undefined
        ? routeFrom(this.#routeView(strand), node, outcome)
        : ({ kind: 'jump', to: extra.jumpTo, reason: 'fan_in' } as const);
    if (route.kind === 'end') return this.#stop(visit, { outcome: endOutcome(outcome, route), at: 'dead_end' });
    const edge = route.kind === 'edge' ? route.edge : undefined;
    const next = route.kind === 'edge' ? route.edge.to : route.to;
    const restart = edge !== undefined && flagOf(edge, 'loop_restart');
    this.emit(checkpointSaved(strand, node.id, restart ? 'loop_restart' : route.reason, next));
    if (restart) return this.#restart(next);
    this.#enter(strand, next, edge);
  }

  #stop(visit: Visit, end: StrandEnd): void {
    this.emit(checkpointSaved(visit.strand, visit.node.id, end.at === 'exit' ? 'exit' : 'end'));
    visit.strand.onEnd(end);
  }

  #enter(strand: Strand, next: string, edge: Edge | undefined): void {
    strand.previous = strand.current;
    strand.incoming = edge;
    strand.current = next;
    this.#ready.push(strand);
  }

  /** At the exit with an unsatisfied goal gate: jumps back, or fails the run (3.4). Says whether the exit stays closed. */
  #isTurnedBack(strand: Strand): boolean {
    const turnBack = turnBackAt(this.#routeView(strand), this.#outcomes);
    if (!turnBack) return false;
    const { gate, target, failure } = turnBack;
    this.emit({ type: 'GoalGateUnsatisfied', node: gate, ...(target === undefined ? {} : { target }) });
    if (target === undefined || failure !== undefined) {
      this.fail(failure ?? `Goal gate ${gate} unsatisfied`);
      return true;
    }
    this.emit(checkpointSaved(strand, strand.previous ?? strand.current, 'goal_gate', target));
    this.#enter(strand, target, undefined);
    return true;
  }

  /** `loop_restart`: a new segment from `startAt`, with the context back to graph and inputs. */
  #restart(startAt: string): void {
    const restarts = this.#segment.restarts + 1;
    const limit = maxRestartsOf(this.program.graph);
    if (restarts > limit) return this.fail(`loop_restart was taken more than ${limit} times (max_restarts)`);
    this.operations.dropAll('loop restart');
    this.emit({ type: 'PipelineRestarted', restart: restarts, target: startAt });
    this.run.handoff(handOver(this.#segment, startAt, this.#top.visits, this.budgets.handOver()));
  }

  #endTop(end: StrandEnd): void {
    const gate = unsatisfiedGate(this.program, this.#outcomes);
    const { artifactCount } = this.#segment;
    const { current: lastNode } = this.#top;
    this.#end(endingOf(end, { durationMs: this.#durationMs, artifactCount, lastNode, unsatisfiedGate: gate }));
  }

  #end({ state, outcome, events }: Ending): void {
    this.operations.dropAll(`the run is ${state}`);
    this.active.clear();
    for (const event of events) this.emit(event);
    const context = Object.fromEntries([...this.#top.context].filter(([key]) => !key.startsWith('internal.')));
    this.result = { state, outcome, context, spent: this.budgets.spending };
  }

  get #durationMs(): number {
    return Math.max(0, this.run.now() - Math.max(this.#segment.runStartedAt, this.run.clockStart()));
  }

  #listen(): void {
    this.operations.when(this.run.inbox(), undefined, ({ command }) => {
      applyCommand(this, command);
      if (!this.result) this.#listen();
    });
  }

  #routeView(strand: Strand): RouteView {
    return {
      program: this.program,
      holds: (edge, outcome) => this.holds(textOf(edge, 'condition') ?? '', strand, outcome),
      visitsOf: (nodeId) => strand.visits.get(nodeId) ?? 0,
    };
  }
}

const limitedByWalk: ReadonlySet<string> = new Set(['parallel', 'stack.manager_loop', 'sub_pipeline']);

function limitKey(visit: Visit): OpKey {
  return attemptKey(visit, 'limit');
}

function isFannedOutBy(strand: Strand, nodeId: string): boolean {
  for (const { fanOut } of branchesAround(strand)) if (fanOut.id === nodeId) return true;
  return false;
}

function endOutcome(outcome: Outcome, route: Extract<Route, { kind: 'end' }>): Outcome {
  if (route.failure === undefined) return outcome;
  return { ...outcome, status: 'fail', failureReason: route.failure };
}

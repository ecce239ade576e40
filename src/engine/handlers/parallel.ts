import { succeeded, type Outcome } from '../../contract/outcome.ts';
import { integerOf, textOf } from '../../language/graph/attributes.ts';
import { outgoing, type Edge } from '../../language/graph/graph.ts';
import type { Json } from '../../shared/json.ts';
import type { StageRecord } from '../ports/step.ts';
import { branchContext, createStrand, setContext, stagesBefore, type Strand, type StrandEnd } from '../walk/strand.ts';
import { attemptKey, type Visit } from '../walk/visit.ts';
import type { Stage, WalkHandler } from '../walk/walk-handler.ts';
import { isSuccess, joinPolicyOf, type BranchResult, type JoinPolicy, type Tally } from './join-policy.ts';

/**
 * 4.8: runs every outgoing edge as a branch, at most `max_parallel` at a time, up to the common fan-in.
 * Conditions on these edges have no meaning; `max_visits` bounds how often the branch is opened.
 */
export const parallelHandler: WalkHandler = {
  begin: (visit, stage) => new FanOut(visit, stage).begin(),
};

const defaultMaxParallel = 4;

interface PlannedBranch {
  readonly id: string;
  /** Position among the edges of the fan-out. */
  readonly index: number;
  readonly edge: Edge;
}

interface RunningBranch extends PlannedBranch {
  readonly strand: Strand;
  readonly startedAt: number;
}

interface EndedBranch extends PlannedBranch {
  readonly result: BranchResult;
  /** What the branch completed; empty for one that never ended by itself. */
  readonly stages: readonly StageRecord[];
}

/** One execution of a fan-out node: its queue of branches, the running ones, and their results. */
class FanOut {
  readonly #visit: Visit;
  readonly #stage: Stage;
  readonly #fanIn: string | undefined;
  readonly #policy: JoinPolicy;
  readonly #errorPolicy: string;
  readonly #total: number;
  readonly #queue: PlannedBranch[];
  readonly #running = new Map<string, RunningBranch>();
  readonly #ended: EndedBranch[] = [];
  readonly #outcomes = new Map<string, Outcome>();
  #successes = 0;
  #failures = 0;
  #reachedExit = false;

  constructor(visit: Visit, stage: Stage) {
    const { graph } = stage.program;
    this.#visit = visit;
    this.#stage = stage;
    this.#fanIn = stage.program.fanInOf(visit.node.id);
    this.#policy = joinPolicyOf(visit.node, this.#fanIn === undefined ? undefined : graph.nodes.get(this.#fanIn));
    this.#errorPolicy = textOf(visit.node, 'error_policy') ?? 'continue';
    this.#queue = planBranches(outgoing(graph, visit.node.id), visit.number);
    this.#total = this.#queue.length;
  }

  begin(): void {
    const { node, strand, number } = this.#visit;
    this.#stage.emit({
      type: 'ParallelStarted',
      name: node.id,
      scope: strand.scope,
      visit: number,
      branchCount: this.#total,
    });
    if (this.#total === 0 || this.#policy.isDecided(this.#tally)) return this.#finish();
    return this.#fill();
  }

  get #tally(): Tally {
    return { total: this.#total, successes: this.#successes, failures: this.#failures };
  }

  #fill(): void {
    const limit = Math.max(1, integerOf(this.#visit.node, 'max_parallel') ?? defaultMaxParallel);
    while (this.#running.size < limit) {
      const branch = this.#queue.shift();
      if (!branch) return;
      this.#start(branch);
    }
  }

  #start(branch: PlannedBranch): void {
    const { node, strand: parent } = this.#visit;
    const { id, index, edge } = branch;
    const strand = createStrand({
      scope: this.#scopeOf(id),
      current: edge.to,
      ...this.#wayInto(edge),
      context: branchContext(parent),
      earlier: stagesBefore(parent),
      steering: parent.steering,
      stopAt: this.#fanIn,
      parent,
      fanOut: node,
      onEnd: (end) => this.#branchEnded(id, end),
    });
    this.#running.set(id, { ...branch, strand, startedAt: this.#stage.run.now() });
    this.#stage.emit({ type: 'ParallelBranchStarted', name: node.id, scope: parent.scope, branch: id, index });
    this.#stage.startStrand(strand);
  }

  /** What leads to the node a race stands for leads to those who run it: the edges between are nobody's. */
  #wayInto(edge: Edge): Pick<Strand, 'incoming' | 'previous'> {
    const { node, edge: incoming, previous } = this.#visit;
    const first = this.#stage.program.graph.nodes.get(edge.to);
    const isRace = first !== undefined && textOf(first, 'race.of') === node.id;
    return isRace ? { incoming, previous } : { incoming: edge, previous: node.id };
  }

  #scopeOf(id: string): string {
    return `${attemptKey(this.#visit)}/${id}`;
  }

  #branchEnded(id: string, { outcome, at }: StrandEnd): void {
    const branch = this.#running.get(id);
    if (!branch) return;
    this.#running.delete(id);
    if (at === 'exit') this.#reachedExit = true;
    this.#outcomes.set(id, outcome);
    const result = branchResult(id, branch.strand, outcome);
    if (isSuccess(result)) this.#successes += 1;
    else this.#failures += 1;
    this.#record(branch, result, branch.strand.history, this.#stage.run.now() - branch.startedAt);
    const hasFailedFast = this.#errorPolicy === 'fail_fast' && !isSuccess(result);
    if (hasFailedFast || this.#policy.isDecided(this.#tally)) return this.#finish();
    this.#fill();
    if (this.#running.size === 0) this.#finish();
  }

  #record(branch: PlannedBranch, result: BranchResult, stages: readonly StageRecord[], durationMs: number): void {
    const { id, index, edge } = branch;
    this.#ended.push({ id, index, edge, result, stages });
    this.#stage.emit({
      type: 'ParallelBranchCompleted',
      name: this.#visit.node.id,
      scope: this.#visit.strand.scope,
      branch: id,
      index,
      durationMs,
      success: isSuccess(result),
      status: result.status,
    });
  }

  /** Cancels what still runs or waits: those branches are `cancelled` in the results. */
  #cancelRest(): void {
    for (const branch of this.#running.values()) {
      this.#stage.cancelStrand(branch.strand, 'the join was decided without this branch');
      this.#record(branch, cancelledResult(branch.id), [], this.#stage.run.now() - branch.startedAt);
    }
    this.#running.clear();
    for (const branch of this.#queue.splice(0)) this.#record(branch, cancelledResult(branch.id), [], 0);
  }

  #finish(): void {
    this.#cancelRest();
    const { node, strand, number, startedAt } = this.#visit;
    this.#stage.emit({
      type: 'ParallelCompleted',
      name: node.id,
      scope: strand.scope,
      visit: number,
      durationMs: this.#stage.run.now() - startedAt,
      successCount: this.#successes,
      failureCount: this.#failures,
    });
    const ended = this.#ended.toSorted((a, b) => a.index - b.index);
    // Later prompts tell of the branches' stages; their contexts stay with them (3.8).
    for (const stage of ended.flatMap(({ stages }) => stages)) strand.history.push(stage);
    const results = ended.map(({ result }) => result);
    const kept = this.#errorPolicy === 'ignore' ? results.filter(isSuccess) : results;
    strand.branched = { fanOut: node, scopeOf: (id) => this.#scopeOf(id), outcomes: this.#outcomes };
    // Results are plain JSON by construction: their context updates came through the journal.
    setContext(strand, 'parallel.results', kept as unknown as Json);
    if (this.#fanIn === undefined && this.#stage.mergeBranches !== undefined && this.#total > 0) {
      const message = `the branches of ${node.id} have no common fan-in: their work stays on branches of its own`;
      this.#stage.emit({ type: 'RunWarning', message });
    }
    this.#conclude(this.#outcome(results));
  }

  #outcome(results: readonly BranchResult[]): Outcome {
    if (this.#total === 0) return { status: 'fail', failureReason: 'No branches to run: no outgoing edge is open' };
    const failed = results.find((result) => result.status === 'fail');
    if (this.#errorPolicy === 'fail_fast' && failed) {
      return { status: 'fail', failureReason: `branch ${failed.id} failed: ${failed.notes}` };
    }
    const tally = this.#errorPolicy === 'ignore' ? { ...this.#tally, failures: 0 } : this.#tally;
    const status = this.#policy.status(tally);
    const told = `${this.#successes} of ${this.#total} branches succeeded`;
    return status === 'fail'
      ? { status, failureReason: `the join policy is not satisfied: ${told}` }
      : { status, notes: told };
  }

  /** The walk goes on at the fan-in (see `routeFrom`); without one, at the exit where a branch reached it. */
  #conclude(outcome: Outcome): void {
    if (this.#fanIn !== undefined || !succeeded(outcome)) return this.#stage.finish(this.#visit, outcome);
    if (this.#reachedExit) return this.#stage.finish(this.#visit, outcome, { jumpTo: this.#stage.program.exit.id });
    return this.#stage.finish(this.#visit, { status: 'fail', failureReason: 'no branch reached a fan-in or the exit' });
  }
}

/** Branch ids are the target's ids; a second edge to the same target is told apart by a number. */
function planBranches(edges: readonly Edge[], visit: number): PlannedBranch[] {
  const counts = new Map<string, number>();
  const branches = edges.map((edge, index) => {
    const count = (counts.get(edge.to) ?? 0) + 1;
    counts.set(edge.to, count);
    return { id: count === 1 ? edge.to : `${edge.to}~${count}`, index, edge };
  });
  return branches.filter(({ edge }) => visit <= (integerOf(edge, 'max_visits') ?? visit));
}

function branchResult(id: string, strand: Strand, outcome: Outcome): BranchResult {
  const score = Number(strand.updates.get('score') ?? Number.NaN);
  const response = strand.updates.get('last_response');
  return {
    id,
    status: outcome.status,
    ...(Number.isFinite(score) ? { score } : {}),
    notes: outcome.failureReason ?? outcome.notes ?? '',
    contextUpdates: Object.fromEntries(strand.updates),
    response: typeof response === 'string' ? response : '',
  };
}

function cancelledResult(id: string): BranchResult {
  return { id, status: 'cancelled', notes: '', contextUpdates: {}, response: '' };
}

import { succeeded, type Outcome } from '../../contract/outcome.ts';
import { integerOf, textOf } from '../../language/graph/attributes.ts';
import { outgoing, type Edge } from '../../language/graph/graph.ts';
import type { Json } from '../../shared/json.ts';
import { branchContext, createStrand, setContext, stagesBefore, type Strand, type StrandEnd } from '../walk/strand.ts';
import { attemptKey, type Visit } from '../walk/visit.ts';
import type { Stage, WalkHandler } from '../walk/walk-handler.ts';
import { isSuccess, joinPolicyOf, type BranchResult, type JoinPolicy } from './join-policy.ts';

/** 4.8: runs every outgoing edge as a branch, at most `max_parallel` at a time, up to the common fan-in. */
export const parallelHandler: WalkHandler = {
  begin: (visit, stage) => new FanOut(visit, stage).begin(),
};

const defaultMaxParallel = 4;

interface PlannedBranch {
  readonly id: string;
  readonly index: number;
  readonly edge: Edge;
}

interface RunningBranch extends PlannedBranch {
  readonly strand: Strand;
  readonly startedAt: number;
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
  readonly #results: BranchResult[] = [];
  #reachedExit = false;

  constructor(visit: Visit, stage: Stage) {
    const { graph } = stage.program;
    this.#visit = visit;
    this.#stage = stage;
    this.#fanIn = stage.program.fanInOf(visit.node.id);
    this.#policy = joinPolicyOf(visit.node, this.#fanIn === undefined ? undefined : graph.nodes.get(this.#fanIn));
    this.#errorPolicy = textOf(visit.node, 'error_policy') ?? 'continue';
    this.#queue = planBranches(outgoing(graph, visit.node.id));
    this.#total = this.#queue.length;
  }

  begin(): void {
    const { node, strand, number } = this.#visit;
    this.#stage.emit({ type: 'ParallelStarted', name: node.id, scope: strand.scope, visit: number, branchCount: this.#total });
    if (this.#total === 0) return this.#finish();
    this.#fill();
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
    const strand = createStrand({
      scope: `${attemptKey(this.#visit)}/${branch.id}`,
      current: branch.edge.to,
      incoming: branch.edge,
      previous: node.id,
      context: branchContext(parent),
      earlier: [...stagesBefore(parent)],
      stopAt: this.#fanIn,
      parent,
      fanOut: node,
      onEnd: (end) => this.#branchEnded(branch.id, end),
    });
    this.#running.set(branch.id, { ...branch, strand, startedAt: this.#stage.run.now() });
    const { id, index } = branch;
    this.#stage.emit({ type: 'ParallelBranchStarted', name: node.id, scope: parent.scope, branch: id, index });
    this.#stage.startStrand(strand);
  }

  #branchEnded(id: string, { outcome, at }: StrandEnd): void {
    const branch = this.#running.get(id);
    if (!branch) return;
    this.#running.delete(id);
    if (at === 'exit') this.#reachedExit = true;
    const result = branchResult(id, branch.strand, outcome);
    this.#record(branch, result, this.#stage.run.now() - branch.startedAt);
    const failedFast = this.#errorPolicy === 'fail_fast' && !isSuccess(result);
    if (failedFast || this.#policy.decided(this.#results, this.#total)) return this.#finish();
    this.#fill();
    if (this.#running.size === 0) this.#finish();
  }

  #record(branch: PlannedBranch, result: BranchResult, durationMs: number): void {
    this.#results.push(result);
    this.#stage.emit({
      type: 'ParallelBranchCompleted',
      name: this.#visit.node.id,
      scope: this.#visit.strand.scope,
      branch: branch.id,
      index: branch.index,
      durationMs,
      success: isSuccess(result),
      status: result.status,
    });
  }

  /** Cancels what still runs or waits: those branches are `cancelled` in the results. */
  #cancelRest(): void {
    for (const branch of this.#running.values()) {
      this.#stage.cancelStrand(branch.strand, 'the join was decided without this branch');
      const result: BranchResult = { ...branchResult(branch.id, branch.strand, { status: 'fail' }), status: 'cancelled' };
      this.#record(branch, result, this.#stage.run.now() - branch.startedAt);
    }
    this.#running.clear();
    for (const branch of this.#queue.splice(0)) {
      this.#record(branch, { id: branch.id, status: 'cancelled', notes: '', contextUpdates: {}, response: '' }, 0);
    }
  }

  #finish(): void {
    this.#cancelRest();
    const { node, strand, number, startedAt } = this.#visit;
    const order = new Map(planBranches(outgoing(this.#stage.program.graph, node.id)).map(({ id, index }) => [id, index]));
    const results = this.#results.toSorted((a, b) => (order.get(a.id) ?? 0) - (order.get(b.id) ?? 0));
    const successCount = results.filter(isSuccess).length;
    this.#stage.emit({
      type: 'ParallelCompleted',
      name: node.id,
      scope: strand.scope,
      visit: number,
      durationMs: this.#stage.run.now() - startedAt,
      successCount,
      failureCount: results.length - successCount,
    });
    const kept = this.#errorPolicy === 'ignore' ? results.filter(isSuccess) : results;
    // Results are plain JSON by construction: their context updates came through the journal.
    setContext(strand, 'parallel.results', kept as unknown as Json);
    this.#conclude(this.#outcome(results, kept));
  }

  #outcome(results: readonly BranchResult[], kept: readonly BranchResult[]): Outcome {
    if (this.#total === 0) return { status: 'fail', failureReason: 'fan-out without outgoing edges' };
    const failed = results.find((result) => result.status === 'fail');
    if (this.#errorPolicy === 'fail_fast' && failed) {
      return { status: 'fail', failureReason: `branch ${failed.id} failed: ${failed.notes}` };
    }
    const status = this.#policy.status(kept, this.#errorPolicy === 'ignore' ? kept.length : this.#total);
    if (status === 'fail') return { status, failureReason: 'the join policy is not satisfied' };
    return { status, notes: `${results.filter(isSuccess).length} of ${this.#total} branches succeeded` };
  }

  /** The walk goes on at the fan-in, which fails when the fan-out did; without one, at the exit a branch reached. */
  #conclude(outcome: Outcome): void {
    if (this.#fanIn !== undefined) return this.#stage.finish(this.#visit, outcome, { jumpTo: this.#fanIn });
    if (!this.#reachedExit) {
      return this.#stage.finish(this.#visit, {
        status: 'fail',
        failureReason: outcome.failureReason ?? 'no branch reached a fan-in or the exit',
      });
    }
    const { exit } = this.#stage.program;
    return this.#stage.finish(this.#visit, outcome, succeeded(outcome) ? { jumpTo: exit.id } : {});
  }
}

/** Branch ids are the target's ids; a second edge to the same target is told apart by a number. */
function planBranches(edges: readonly Edge[]): PlannedBranch[] {
  const counts = new Map<string, number>();
  return edges.map((edge, index) => {
    const count = (counts.get(edge.to) ?? 0) + 1;
    counts.set(edge.to, count);
    return { id: count === 1 ? edge.to : `${edge.to}~${count}`, index, edge };
  });
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

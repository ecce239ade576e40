import type { Outcome } from '../../contract/outcome.ts';
import { durationOf } from '../../language/graph/attributes.ts';
import { userContext } from '../handlers/child-input.ts';
import { reservedKeyProblem } from '../handlers/context-keys.ts';
import type { NodeCall, NodeResult } from '../ports/step.ts';
import type { BudgetGates } from './budget-gates.ts';
import type { Budgets } from './budgets.ts';
import { fidelityOf, threadOf } from './fidelity.ts';
import type { Steering } from './steering.ts';
import { stagesBefore } from './strand.ts';
import { attemptKey, type Visit } from './visit.ts';
import type { ChildRequest, Stage, StepRequest } from './walk-handler.ts';

/** What a request needs of the walk. */
export interface RequestingWalk extends Pick<Stage, 'run' | 'program' | 'when'> {
  readonly budgets: Budgets;
  readonly budgetGates: BudgetGates;
  readonly steering: Steering;
  countArtifacts(stored: number): void;
}

/** Starts the effectful step of a visit once the budgets allow it, and reports its outcome to `request.ended`. */
export function requestStep(walk: RequestingWalk, visit: Visit, request: StepRequest): void {
  walk.budgetGates.pass(visit, () => {
    walk.budgets.chargeCall(visit, walk.run.now());
    const op = walk.run.node(attemptKey(visit, request.part), nodeCall(walk, visit, request));
    walk.when(visit, op, ({ result }) => {
      if (result.usage) walk.budgets.chargeUsage(visit, result.usage, walk.run.now());
      walk.countArtifacts(result.artifacts?.length ?? 0);
      const { usage, retryAfterMs } = result;
      const told = { ...(usage && { usage }), ...(retryAfterMs !== undefined && { retryAfterMs }) };
      request.ended(checkedOutcome(visit, result), told);
    });
  });
}

/** Starts a child pipeline for a visit once the budgets allow it. */
export function requestChild(walk: RequestingWalk, visit: Visit, request: ChildRequest): void {
  walk.budgetGates.pass(visit, () => {
    const child = walk.run.child(attemptKey(visit, request.part), request.bundle, userContext(visit.strand.context));
    walk.when(visit, child.done, ({ result }) => {
      if (result.spent) walk.budgets.chargeSpending(visit, result.spent, walk.run.now());
      request.ended(result);
    });
    request.begun?.(child);
  });
}

function nodeCall(walk: RequestingWalk, visit: Visit, request: StepRequest): NodeCall {
  const { graph } = walk.program;
  const { node, strand, edge, previous } = visit;
  const fidelity = fidelityOf(graph, node, edge);
  const timeoutMs = durationOf(node, 'timeout');
  const steering = walk.steering.take(visit);
  return {
    nodeId: node.id,
    handler: request.handler ?? visit.handler,
    scope: strand.scope,
    visit: visit.number,
    attempt: visit.attempt,
    execution: visit.execution,
    fidelity,
    ...(fidelity === 'full' ? { thread: threadOf(graph, node, edge, previous, strand.scope) } : {}),
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    ...(request.candidates ? { candidates: request.candidates } : {}),
    ...(steering.length > 0 ? { steering } : {}),
    view: () => ({ graph, context: strand.context, history: stagesBefore(strand) }),
  };
}

/** What a ranking step sets on behalf of its fan-in (4.9). */
const fanInKeys: ReadonlySet<string> = new Set(['parallel.fan_in.best_id', 'parallel.fan_in.best_outcome']);

/** A step may not write the namespaces the engine keeps for itself; an attempt to is a failure, not a silent loss. */
function checkedOutcome(visit: Visit, { outcome }: NodeResult): Outcome {
  const keys = Object.keys(outcome.contextUpdates ?? {});
  const written = visit.handler === 'parallel.fan_in' ? keys.filter((key) => !fanInKeys.has(key)) : keys;
  const failureReason = reservedKeyProblem(written, visit.node.id);
  return failureReason === undefined ? outcome : { status: 'fail', failureReason };
}

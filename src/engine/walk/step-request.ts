import { addUsage } from '../../contract/add-usage.ts';
import type { Outcome, Usage } from '../../contract/outcome.ts';
import type { Question } from '../../contract/question.ts';
import { durationOf } from '../../language/graph/attributes.ts';
import { userContext } from '../handlers/child-input.ts';
import { reservedKeyProblem } from '../handlers/context-keys.ts';
import type { NodeCall, NodeResult } from '../ports/step.ts';
import type { BudgetGates } from './budget-gates.ts';
import type { Budgets } from './budgets.ts';
import { fidelityOf, threadOf } from './fidelity.ts';
import { chosenKey, interview } from './interview.ts';
import type { Steering } from './steering.ts';
import { stagesBefore } from './strand.ts';
import { attemptKey, type Visit } from './visit.ts';
import type { ChildRequest, Stage, StepRequest } from './walk-handler.ts';

/** What a request needs of the walk. */
export interface RequestingWalk extends Pick<Stage, 'run' | 'program' | 'when' | 'drop' | 'emit'> {
  readonly budgets: Budgets;
  readonly budgetGates: BudgetGates;
  readonly steering: Steering;
  countArtifacts(stored: number): void;
}

/** What a step has come to by asking people, before its next start. */
interface Asked {
  /** Oldest first. */
  readonly answers: readonly string[];
  readonly usage: Usage | undefined;
}

/**
 * Starts the effectful step of a visit once the budgets allow it, and reports its outcome to `request.ended`. A step
 * that asks people is started again with each answer; where none comes, its own outcome stands.
 */
export function requestStep(walk: RequestingWalk, visit: Visit, request: StepRequest): void {
  execute(walk, visit, request, { answers: [], usage: undefined });
}

function execute(walk: RequestingWalk, visit: Visit, request: StepRequest, asked: Asked): void {
  const { answers } = asked;
  const part = answers.length === 0 ? request.part : partOf(request, `answered#${answers.length}`);
  walk.budgetGates.pass(visit, () => {
    walk.budgets.chargeCall(visit, walk.run.now());
    const op = walk.run.node(attemptKey(visit, part), nodeCall(walk, visit, request, answers));
    walk.when(visit, op, ({ result }) => {
      if (result.usage) walk.budgets.chargeUsage(visit, result.usage, walk.run.now());
      walk.countArtifacts(result.artifacts?.length ?? 0);
      const usage = result.usage ? addUsage(asked.usage, result.usage) : asked.usage;
      const { retryAfterMs, question } = result;
      const told = { ...(usage && { usage }), ...(retryAfterMs !== undefined && { retryAfterMs }) };
      const conclude = (): void => request.ended(checkedOutcome(visit, request, result), told);
      if (!question) return conclude();
      return ask(walk, visit, request, { question, conclude, answers, usage });
    });
  });
}

interface Asking extends Asked {
  readonly question: Question;
  /** Ends the step without an answer. */
  readonly conclude: () => void;
}

/** How often one attempt may ask: one that is never content would go on for ever where an automatic approval answers. */
const mostQuestions = 100;

function ask(walk: RequestingWalk, visit: Visit, request: StepRequest, asking: Asking): void {
  const { question, conclude, answers, usage } = asking;
  if (answers.length >= mostQuestions) {
    const failureReason = `${visit.node.id} asked more than ${mostQuestions} questions`;
    return request.ended({ status: 'fail', failureReason }, usage ? { usage } : {});
  }
  return interview(walk, visit, {
    key: attemptKey(visit, partOf(request, `ask#${answers.length + 1}`)),
    question: { ...question, stage: visit.node.id },
    concluded(answer) {
      const chosen = chosenKey(question, answer);
      if (chosen === undefined) return conclude();
      return execute(walk, visit, request, { answers: [...answers, chosen], usage });
    },
  });
}

/** The name of a further operation of a request. */
function partOf({ part }: StepRequest, name: string): string {
  return part === undefined ? name : `${part}:${name}`;
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

function nodeCall(walk: RequestingWalk, visit: Visit, request: StepRequest, answers: readonly string[]): NodeCall {
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
    ...(request.merge ? { merge: request.merge } : {}),
    ...(answers.length > 0 ? { answers } : {}),
    ...(steering.length > 0 ? { steering } : {}),
    view: () => ({ graph, context: strand.context, history: stagesBefore(strand) }),
  };
}

/** Keys of the engine that steps set on behalf of a fan-in, by handler: what was chosen (4.9), and what was put together. */
const keysOfSteps: ReadonlyMap<string, ReadonlySet<string>> = new Map([
  ['parallel.fan_in', new Set(['parallel.fan_in.best_id', 'parallel.fan_in.best_outcome'])],
  ['workspace.merge', new Set(['parallel.merged', 'parallel.merge_conflicts'])],
]);

/** A step may not write the namespaces the engine keeps for itself; an attempt to is a failure, not a silent loss. */
function checkedOutcome(visit: Visit, request: StepRequest, { outcome }: NodeResult): Outcome {
  const allowed = visit.handler === 'parallel.fan_in' ? keysOfSteps.get(request.handler ?? visit.handler) : undefined;
  const written = Object.keys(outcome.contextUpdates ?? {}).filter((key) => !allowed?.has(key));
  const failureReason = reservedKeyProblem(written, visit.node.id);
  return failureReason === undefined ? outcome : { status: 'fail', failureReason };
}

import type { Outcome } from '../../contract/outcome.ts';
import { isTransientError } from '../../engine/handlers/should-retry.ts';
import { machineFailureIn } from '../../shared/machine-failure.ts';
import type { Lease } from '../../engine/ports/journal.ts';
import type { NodeCall, NodeResult, StepCall, StepServices } from '../../engine/ports/step.ts';
import { throughJson, type Json } from '../../shared/json.ts';
import { hasMovedShape } from '../../shared/blob-ref.ts';
import { deepestNesting, isDeeperThan } from '../../shared/foreign-json.ts';
import { formatDuration } from '../../shared/duration.ts';
import { reasonOf } from '../../shared/errors.ts';
import { suspended } from './in-flight.ts';
import type { ExecutorOptions } from './executor-options.ts';
import { StepRun } from './step-run.ts';

export interface StepSettlement {
  readonly result: NodeResult;
  readonly artifacts: Readonly<Record<string, Json>>;
}

/** How long a step may take to end after it was told to, before it is given up. */
const abortGraceMs = 15_000;

/**
 * Executes steps of one run: finds the handler, gives it its services, turns what it throws into an
 * outcome. Rejects only when the step was aborted from outside: then it has no result (R2, R3).
 */
export class StepExecutor {
  readonly #runId: string;
  readonly #lease: Lease;
  readonly #options: ExecutorOptions;
  readonly #cleaning = new Set<Promise<void>>();

  constructor(runId: string, lease: Lease, options: ExecutorOptions) {
    this.#runId = runId;
    this.#lease = lease;
    this.#options = options;
  }

  /**
   * @param isRelaunch the operation was in flight when an earlier process ended
   * @param signal aborted when the result no longer matters
   */
  async execute(key: string, call: NodeCall, isRelaunch: boolean, signal: AbortSignal): Promise<StepSettlement> {
    const step = new StepRun(this.#runId, this.#lease, key, this.#options);
    if (isRelaunch || this.#options.isRewound) await step.openBranch();
    const timeout = call.timeoutMs === undefined ? undefined : this.#timeout(call.timeoutMs);
    try {
      const services = step.services(timeout ? AbortSignal.any([signal, timeout.signal]) : signal);
      const result = await this.#bounded(this.#run(call, services), services.signal);
      signal.throwIfAborted();
      const settlement = {
        result: timeout?.signal.aborted ? timedOutResult(call) : result,
        artifacts: step.artifacts(),
      };
      await step.emitted();
      // An outcome is plain JSON by its type.
      return refusalOf(settlement as unknown as Json) ?? { ...settlement, result: copied(settlement.result) };
    } finally {
      timeout?.stop();
      step.close();
      // One that goes on in a later process finds its files again.
      if (signal.reason !== suspended) this.#cleanUp(step);
    }
  }

  #timeout(ms: number): { readonly signal: AbortSignal; readonly stop: () => void } {
    const abort = new AbortController();
    return { signal: abort.signal, stop: this.#options.clock.wakeAfter(ms, () => abort.abort()) };
  }

  /** Resolves when the files of ended steps are gone. */
  async cleanedUp(): Promise<void> {
    await Promise.all(this.#cleaning);
  }

  /** No result waits for files to be removed, and one that cannot be costs only its space. */
  #cleanUp(step: StepRun): void {
    const cleaning = step
      .cleanUp()
      .catch(() => undefined)
      .finally(() => this.#cleaning.delete(cleaning));
    this.#cleaning.add(cleaning);
  }

  async #run(call: NodeCall, services: StepServices): Promise<NodeResult> {
    const { view, ...recorded } = call;
    const { graph, context, history } = view();
    const node = graph.nodes.get(call.nodeId);
    const handler = this.#options.handlers.get(call.handler);
    if (!node || !handler) return failure(`no step handler for ${call.handler}`);
    const stepCall: StepCall = { ...recorded, node, graph, context, history };
    try {
      return await handler.execute(stepCall, services);
    } catch (thrown) {
      const machineFailure = machineFailureIn(thrown);
      if (machineFailure) throw machineFailure;
      const status = isTransientError(thrown) ? 'retry' : 'fail';
      return { outcome: { status, failureReason: reasonOf(thrown) } };
    }
  }

  /** A handler that does not end after its signal is left behind, so that it cannot hold the run. */
  async #bounded(running: Promise<NodeResult>, signal: AbortSignal): Promise<NodeResult> {
    const { promise: givenUp, resolve: giveUp } = Promise.withResolvers<NodeResult>();
    let stopGrace: (() => void) | undefined;
    const startGrace = (): void => {
      stopGrace = this.#options.clock.wakeAfter(abortGraceMs, () =>
        giveUp(failure('the step did not end after it was told to')),
      );
    };
    if (signal.aborted) startGrace();
    else signal.addEventListener('abort', startGrace, { once: true });
    try {
      return await Promise.race([running, givenUp]);
    } finally {
      // A combined signal that is listened to is never collected, and all of the step with it.
      signal.removeEventListener('abort', startGrace);
      stopGrace?.();
    }
  }
}

/** What stands in the place of a settlement that the journal cannot take. */
function refusalOf(settlement: Json): StepSettlement | undefined {
  // Its own levels come on top of those of the values in it.
  if (isDeeperThan(settlement, deepestNesting + 10)) return { result: deepResult, artifacts: {} };
  return hasMovedShape(settlement) ? { result: forgedResult, artifacts: {} } : undefined;
}

/** The handler may go on using what it gave back. */
function copied(result: NodeResult): NodeResult {
  return throughJson(result as unknown as Json) as unknown as NodeResult;
}

const deepResult = failure(`the result is nested deeper than ${deepestNesting} levels`);

/** The walk reads such references back by itself, and an agent's text must not decide which: only the journal makes them. */
const forgedResult = failure('the result holds a reference that only the journal may make ("$blob" with "json")');

function timedOutResult(call: NodeCall): NodeResult {
  return failure(`timed out after ${formatDuration(call.timeoutMs ?? 0)}`);
}

function failure(failureReason: string): NodeResult {
  const outcome: Outcome = { status: 'fail', failureReason };
  return { outcome };
}

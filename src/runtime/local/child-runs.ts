import type { Command } from '../../contract/command.ts';
import { finalStates } from '../../contract/run.ts';
import type { ForkPoint, Journal } from '../../engine/ports/journal.ts';
import type { ChildTelemetry, WalkResult } from '../../engine/ports/runtime.ts';
import { withShape } from '../../shared/blob-ref.ts';
import { OrchestraError } from '../../shared/errors.ts';
import { failpoint } from '../../shared/failpoint.ts';
import type { Json } from '../../shared/json.ts';
import { childForkPoint } from './child-fork-point.ts';
import type { Clock } from './clock.ts';
import { dropped } from './in-flight.ts';
import { Progress } from './progress.ts';
import type { RunEnd, RunHandle } from './run-handle.ts';
import { turnTypes, type RunEnded } from './turns.ts';
import type { Standing } from './waiting.ts';

export interface ChildRequest {
  readonly runId: string;
  readonly bundle: string;
  readonly input: Readonly<Record<string, Json>>;
  readonly parent: { readonly runId: string; readonly key: string };
  /** The child of the parent's own source, and the turn that the parent was forked at: it goes on from what it was then. */
  readonly forkOf?: ForkPoint | undefined;
}

export interface ChildRunsOptions {
  readonly journal: Journal;
  readonly clock: Clock;
  /** Creates the run unless it exists. */
  readonly create: (request: ChildRequest) => Promise<void>;
  /** Walks a child, which stays here while it waits; `changed` is called whenever its standing does. */
  readonly walk: (runId: string, changed: () => void) => RunHandle;
  /** Called when the standing of a child changed. */
  readonly changed: () => void;
  /** Called when a child was paused from outside: the parent cannot go on without it. */
  readonly paused: () => void;
}

const parentDoesNotNeedIt = 'the parent no longer needs it';

/** The child pipelines of one run: each a run of its own, walked in this process. */
export class ChildRuns {
  readonly #options: ChildRunsOptions;
  readonly #handles = new Map<string, RunHandle>();
  readonly #progress = new Map<string, Progress>();
  /** Children by their creation, which what is sent to them waits for. */
  readonly #created = new Map<string, Promise<void>>();

  constructor(options: ChildRunsOptions) {
    this.#options = options;
  }

  /**
   * Walks a child to its end; resolves with what it came to, also when it ended in an earlier process.
   * Rejects when `signal` is aborted and when the child cannot be walked.
   */
  async run(request: ChildRequest, signal: AbortSignal): Promise<WalkResult> {
    const created = this.#create(request);
    this.#created.set(request.runId, created);
    await created;
    failpoint('child:created');
    const known = await this.#resultOf(request.runId);
    if (known) return known;
    signal.throwIfAborted();
    const end = await this.#walk(request.runId, signal);
    if (end.result) return end.result;
    if (!signal.aborted) this.#options.paused();
    return untilAborted(signal);
  }

  standingOf(runId: string): Standing {
    return this.#handles.get(runId)?.standing() ?? 'moving';
  }

  async observe(runId: string): Promise<ChildTelemetry> {
    const { journal } = this.#options;
    const row = await journal.run(runId);
    const progress = this.#progress.get(runId) ?? new Progress();
    this.#progress.set(runId, progress);
    if (row) for await (const turn of journal.turns(runId, { afterSeq: progress.seenUpTo })) progress.add(turn);
    return progress.telemetry(row?.state ?? 'created');
  }

  async send(runId: string, id: string, command: Command): Promise<void> {
    const { journal, clock } = this.#options;
    // A manager may have something to say before the child it has just started is there.
    await this.#created.get(runId);
    const kept = await journal.keep(command);
    await journal.send(runId, { id, command: kept, by: 'manager', at: clock.now() });
  }

  /** Ends a child that was dropped by a process that died before it could tell the child. */
  async cancelAbandoned(runId: string): Promise<void> {
    const row = await this.#options.journal.run(runId);
    if (!row || finalStates.has(row.state)) return;
    const handle = this.#options.walk(runId, () => undefined);
    handle.cancel(parentDoesNotNeedIt);
    await handle.done;
  }

  async #create({ forkOf, ...request }: ChildRequest): Promise<void> {
    const point = forkOf && (await childForkPoint(this.#options.journal, forkOf));
    await this.#options.create({ ...request, ...(point && { forkOf: point }) });
  }

  /** When the parent drops the child it is cancelled; when the parent is suspended it stays resumable. */
  async #walk(runId: string, signal: AbortSignal): Promise<RunEnd> {
    const handle = this.#options.walk(runId, this.#options.changed);
    this.#handles.set(runId, handle);
    const stop = (): void => {
      if (signal.reason === dropped) handle.cancel(parentDoesNotNeedIt);
      else handle.suspend();
    };
    signal.addEventListener('abort', stop, { once: true });
    try {
      return await handle.done;
    } finally {
      signal.removeEventListener('abort', stop);
      this.#handles.delete(runId);
    }
  }

  async #resultOf(runId: string): Promise<WalkResult | undefined> {
    const { journal } = this.#options;
    const row = await journal.run(runId);
    if (!row) throw new OrchestraError('RUN_UNKNOWN', `the child run ${runId} does not exist`);
    if (!finalStates.has(row.state)) return undefined;
    for await (const turn of journal.turns(runId)) {
      // Written by this runtime and kept as it was.
      if (turn.type === turnTypes.runEnded)
        return (await withShape((hash) => journal.getBlob(hash), turn.payload)) as unknown as RunEnded;
    }
    throw new OrchestraError('JOURNAL_CORRUPT', `the child run ${runId} has ended without a result`);
  }
}

/** Rejects when the signal is aborted, for work that can do nothing more until then. */
function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const abort = (): void => reject(new Error('aborted'));
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
  });
}

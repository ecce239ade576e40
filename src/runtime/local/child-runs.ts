import type { Command } from '../../contract/command.ts';
import { finalStates } from '../../contract/run.ts';
import type { Journal } from '../../engine/ports/journal.ts';
import type { ChildTelemetry, WalkResult } from '../../engine/ports/runtime.ts';
import { OrchestraError } from '../../shared/errors.ts';
import type { Json } from '../../shared/json.ts';
import type { Clock } from './clock.ts';
import { dropped } from './local-run.ts';
import type { RunEnd, RunHandle } from './local-runtime.ts';
import { Progress } from './progress.ts';
import { turnTypes, type RunEnded } from './turns.ts';

export interface ChildRequest {
  readonly runId: string;
  readonly bundle: string;
  readonly input: Readonly<Record<string, Json>>;
  readonly parent: { readonly runId: string; readonly key: string };
}

export interface ChildRunsOptions {
  readonly journal: Journal;
  readonly clock: Clock;
  /** Creates the run unless it exists. */
  readonly create: (request: ChildRequest) => Promise<void>;
  /** Walks a child that stays here while it waits for people; `idle` is called whenever it begins to. */
  readonly walk: (runId: string, idle: () => void) => RunHandle;
  /** Called when a child began to wait for people. */
  readonly changed: () => void;
}

/** The child pipelines of one run: each a run of its own, walked in this process. */
export class ChildRuns {
  readonly #options: ChildRunsOptions;
  readonly #handles = new Map<string, RunHandle>();

  constructor(options: ChildRunsOptions) {
    this.#options = options;
  }

  /** Walks a child to its end; resolves with what it came to, also when it ended in an earlier process. */
  async run(request: ChildRequest, signal: AbortSignal): Promise<WalkResult> {
    await this.#options.create(request);
    const known = await this.#ended(request.runId);
    if (known) return known;
    const end = await this.#walk(request.runId, signal);
    if (!end.result) throw new OrchestraError('RUN_FENCED', `the child run ${request.runId} was left ${end.state}`);
    return end.result;
  }

  /** Whether a child can go on only when a person answers. */
  isWaiting(runId: string): boolean {
    return this.#handles.get(runId)?.isWaiting() ?? false;
  }

  async observe(runId: string): Promise<ChildTelemetry> {
    const row = await this.#options.journal.run(runId);
    const progress = new Progress();
    for await (const turn of this.#options.journal.turns(runId)) progress.add([turn]);
    return progress.telemetry(row?.state ?? 'created');
  }

  async send(runId: string, id: string, command: Command): Promise<void> {
    const { journal, clock } = this.#options;
    // A command is plain JSON by its type.
    const kept = await journal.keep(command as Command & Json);
    await journal.send(runId, { id, command: kept, by: 'manager', at: clock.now() });
  }

  /** When the parent drops the child it is cancelled; when the parent is suspended it stays resumable. */
  async #walk(runId: string, signal: AbortSignal): Promise<RunEnd> {
    const handle = this.#options.walk(runId, this.#options.changed);
    this.#handles.set(runId, handle);
    const stop = (): void => {
      if (signal.reason === dropped) handle.cancel('the parent no longer needs it');
      else handle.suspend();
    };
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    try {
      return await handle.done;
    } finally {
      signal.removeEventListener('abort', stop);
      this.#handles.delete(runId);
    }
  }

  async #ended(runId: string): Promise<WalkResult | undefined> {
    const row = await this.#options.journal.run(runId);
    if (!row) throw new OrchestraError('RUN_UNKNOWN', `the child run ${runId} does not exist`);
    if (!finalStates.has(row.state)) return undefined;
    for await (const turn of this.#options.journal.turns(runId)) {
      if (turn.type === turnTypes.runEnded) return turn.payload as unknown as RunEnded;
    }
    throw new OrchestraError('JOURNAL_CORRUPT', `the child run ${runId} has ended without a result`);
  }
}

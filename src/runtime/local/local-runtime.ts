import type { RunState } from '../../contract/run.ts';
import { finalStates } from '../../contract/run.ts';
import type { Interviewer } from '../../engine/ports/interviewer.ts';
import type { BlobHash, Journal, Lease, LeaseHolder, RunRow, Turn } from '../../engine/ports/journal.ts';
import { Handoff, type Traversal, type WalkResult } from '../../engine/ports/runtime.ts';
import type { StepHandler } from '../../engine/ports/step.ts';
import { OrchestraError } from '../../shared/errors.ts';
import { loadBlake3 } from '../../shared/hash.ts';
import type { Json } from '../../shared/json.ts';
import { ChildRuns, type ChildRequest } from './child-runs.ts';
import type { Clock } from './clock.ts';
import { Gates } from './gates.ts';
import { LocalRun, Suspended, type LocalRunParts } from './local-run.ts';
import { readRecord } from './record.ts';
import { SettleQueue } from './settle-queue.ts';
import { StepExecutor } from './step-executor.ts';
import { turnTypes } from './turns.ts';

/** What a run needs beside the journal, loaded from what the journal recorded of it. */
export interface LoadedRun {
  readonly traversal: Traversal;
  readonly handlers: ReadonlyMap<string, StepHandler>;
  readonly cwd: string;
}

export interface LocalRuntimeOptions {
  readonly journal: Journal;
  readonly clock: Clock;
  readonly holder: LeaseHolder;
  /** Folder for the attempts' own files. */
  readonly scratch: string;
  readonly load: (run: RunRow) => Promise<LoadedRun>;
  readonly createChild: (request: ChildRequest) => Promise<void>;
  readonly readArtifact: (runId: string, name: string) => Promise<Json | undefined>;
  readonly interviewer?: Interviewer;
  /** Every committed turn of every run walked here, children included. */
  readonly onTurns?: (runId: string, turns: readonly Turn[]) => void;
}

/** How a walk came to rest in this process. */
export interface RunEnd {
  readonly state: WalkResult['state'] | 'waiting' | 'paused';
  readonly result?: WalkResult;
}

export interface RunHandle {
  readonly done: Promise<RunEnd>;
  /** Lets running steps end for a while, then leaves the run resumable. */
  pause(): void;
  /** Leaves the run resumable at once. */
  suspend(): void;
  cancel(reason: string): void;
  /** Whether only people can move the run on. */
  isWaiting(): boolean;
}

const heartbeatMs = 5_000;

/** Walks runs in this process, each under its lease, on the journal. Many runs at once share one runtime. */
export class LocalRuntime {
  readonly #options: LocalRuntimeOptions;

  constructor(options: LocalRuntimeOptions) {
    this.#options = options;
  }

  /**
   * Walks a run from wherever its journal stands: a new one from the start, another from its last
   * commit. `done` rejects with `RUN_HELD`, `RUN_DIVERGED`, `RUN_FENCED` or a journal error.
   * @param edited bundle of an edited pipeline to go on with, where the record leads through it (R9)
   */
  walk(runId: string, edited?: BlobHash): RunHandle {
    return this.#walk(runId, { idle: undefined, edited });
  }

  #walk(runId: string, wish: OwnerWish): RunHandle {
    const walkChild = (child: string, idle: () => void): RunHandle => this.#walk(child, { idle, edited: undefined });
    const owner = new Owner(runId, this.#options, walkChild, wish);
    return {
      done: owner.own(),
      pause: () => owner.pause(false),
      suspend: () => owner.pause(true),
      cancel: (reason) => owner.cancel(reason),
      isWaiting: () => owner.isWaiting,
    };
  }
}

interface OwnerWish {
  /** Set for a child: it stays owned while it waits, and says so. */
  readonly idle: (() => void) | undefined;
  readonly edited: BlobHash | undefined;
}

/** One process's ownership of one run: lease, heartbeat, inbox, and the segments walked meanwhile. */
class Owner {
  readonly #runId: string;
  readonly #options: LocalRuntimeOptions;
  readonly #walkChild: (runId: string, idle: () => void) => RunHandle;
  readonly #wish: OwnerWish;
  readonly #queue = new SettleQueue();
  #run: LocalRun | undefined;
  #pauseAsked: 'gently' | 'at once' | undefined;
  #reading: Promise<void> = Promise.resolve();

  constructor(
    runId: string,
    options: LocalRuntimeOptions,
    walkChild: (runId: string, idle: () => void) => RunHandle,
    wish: OwnerWish,
  ) {
    this.#runId = runId;
    this.#options = options;
    this.#walkChild = walkChild;
    this.#wish = wish;
  }

  get isWaiting(): boolean {
    return this.#run?.isIdle ?? false;
  }

  async own(): Promise<RunEnd> {
    const { journal, holder } = this.#options;
    const row = await journal.run(this.#runId);
    if (!row) throw new OrchestraError('RUN_UNKNOWN', `there is no run ${this.#runId}`);
    if (finalStates.has(row.state)) throw new OrchestraError('RUN_FINISHED', `run ${this.#runId} is ${row.state}`);
    const lease = await journal.acquire(this.#runId, holder);
    const stopBeating = this.#beat(lease);
    const stopWatching = journal.watch(this.#runId, () => this.#readInbox());
    try {
      return await this.#walkSegments(row, lease);
    } finally {
      stopWatching();
      stopBeating();
      await this.#reading;
      await journal.release(lease);
    }
  }

  pause(atOnce: boolean): void {
    this.#pauseAsked = atOnce ? 'at once' : 'gently';
    this.#run?.pause(atOnce);
  }

  /** A command like any other, so that it is recorded and survives this process. */
  cancel(reason: string): void {
    const { journal, clock } = this.#options;
    const send = async (): Promise<void> => {
      const command = await journal.keep({ kind: 'cancel' as const, reason });
      await journal.send(this.#runId, { id: `cancel/${this.#runId}`, command, by: 'owner', at: clock.now() });
    };
    send().catch((error: unknown) => this.#run?.fail(error));
  }

  async #walkSegments(row: RunRow, lease: Lease): Promise<RunEnd> {
    const record = await readRecord(this.#options.journal, row);
    const bundle = this.#wish.edited ?? record.bundle;
    const loaded = await this.#options.load({ ...row, bundle });
    const parts = await this.#parts(lease, loaded);
    let { segment, handedOver, startedAt, inboxSeq } = record;
    let recorded: readonly Turn[] = record.turns;
    for (;;) {
      const run = new LocalRun(parts, { segment, handedOver, recorded, inboxSeq, startedAt });
      this.#run = run;
      if (record.isResumed && segment === record.segment) run.note(turnTypes.runResumed, { pid: this.#options.holder.pid });
      if (bundle !== record.bundle && segment === record.segment) run.note(turnTypes.pipelineEdited, { bundle });
      if (this.#pauseAsked) run.pause(this.#pauseAsked === 'at once');
      try {
        const result = await loaded.traversal(run);
        run.assertReplayed();
        run.note(turnTypes.runEnded, result as unknown as Json);
        return await rest(run, result.state, result);
      } catch (thrown) {
        if (thrown instanceof Suspended) return await this.#suspend(run, thrown.state);
        if (!(thrown instanceof Handoff)) throw thrown;
        await run.commitEnd('running');
        segment += 1;
        handedOver = thrown.state;
        recorded = [];
        startedAt = run.now();
        inboxSeq = run.inboxSeq;
      } finally {
        await run.stop();
      }
    }
  }

  async #suspend(run: LocalRun, state: 'waiting' | 'paused'): Promise<RunEnd> {
    if (state === 'paused') run.note(turnTypes.pipelinePaused, { reason: 'paused' });
    return rest(run, state);
  }

  async #parts(lease: Lease, loaded: LoadedRun): Promise<LocalRunParts> {
    const { journal, clock, scratch, interviewer, readArtifact, createChild, onTurns } = this.#options;
    const runId = this.#runId;
    const announce = (turns: readonly Turn[]): void => onTurns?.(runId, turns);
    const poke = (): void => this.#queue.poke();
    return {
      runId,
      lease,
      journal,
      clock,
      hash: await loadBlake3(),
      queue: this.#queue,
      gates: new Gates(interviewer, poke),
      children: new ChildRuns({ journal, clock, create: createChild, walk: this.#walkChild, changed: poke }),
      executor: new StepExecutor(runId, lease, {
        journal,
        clock,
        handlers: loaded.handlers,
        cwd: loaded.cwd,
        scratch,
        readArtifact: (name) => readArtifact(runId, name),
        onTurns: announce,
      }),
      onTurns: announce,
      onIdle: this.#wish.idle,
    };
  }

  /** Tells others that this process lives; a lost lease ends the walk at its next breath. */
  #beat(lease: Lease): () => void {
    const timer = setInterval(() => {
      this.#options.journal.heartbeat(lease).catch((error: unknown) => this.#run?.fail(error));
    }, heartbeatMs);
    timer.unref();
    return () => clearInterval(timer);
  }

  /** One reading at a time, in order; entries read twice are passed over by the run. */
  #readInbox(): void {
    this.#reading = this.#reading.then(async () => {
      const run = this.#run;
      if (!run) return;
      try {
        run.receive(await this.#options.journal.inbox(this.#runId, run.inboxSeq));
      } catch (error) {
        run.fail(error);
      }
    });
  }
}

/** The state is committed with the last turns, before anything still running is stopped. */
async function rest(run: LocalRun, state: RunState & RunEnd['state'], result?: WalkResult): Promise<RunEnd> {
  await run.commitEnd(state);
  return result ? { state, result } : { state };
}

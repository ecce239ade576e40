import { finalStates } from '../../contract/run.ts';
import type { StepEvent } from '../../contract/event.ts';
import type { BlobHash, Lease, RunRow, Turn } from '../../engine/ports/journal.ts';
import { Handoff } from '../../engine/ports/runtime.ts';
import { OrchestraError } from '../../shared/errors.ts';
import { failpoint } from '../../shared/failpoint.ts';
import { loadBlake3 } from '../../shared/hash.ts';
import { BranchEvents } from './branch-events.ts';
import { ChildRuns } from './child-runs.ts';
import { InFlight } from './in-flight.ts';
import { endLeftovers } from './leftovers.ts';
import { Interviews } from './interviews.ts';
import { LocalRun, Suspended, type LocalRunParts } from './local-run.ts';
import { Mailbox } from './mailbox.ts';
import type { Companion, LoadedRun, LocalRuntimeOptions } from './options.ts';
import { readRecord, type RunRecord } from './record.ts';
import { Pause } from './pause.ts';
import type { RunEnd, RunHandle } from './run-handle.ts';
import { SettleQueue } from './settle-queue.ts';
import { StepExecutor } from './step-executor.ts';
import { TurnBuffer } from './turn-buffer.ts';
import { turnTypes } from './turns.ts';
import type { Standing } from './waiting.ts';

/** How one run is to be walked. */
export interface WalkWish {
  /** Set for a child: it stays here while it waits, and tells its parent when its standing changes. */
  readonly standingChanged?: () => void;
  /** Bundle of an edited pipeline to go on with. */
  readonly edited?: BlobHash | undefined;
  readonly walkChild: (runId: string, standingChanged: () => void) => RunHandle;
}

const heartbeatMs = 5_000;

/** One process's ownership of one run: lease, heartbeat, inbox, and the segments walked meanwhile. */
export class Owner {
  readonly #runId: string;
  readonly #options: LocalRuntimeOptions;
  readonly #wish: WalkWish;
  readonly #queue = new SettleQueue();
  readonly #pause: Pause;
  #run: LocalRun | undefined;
  #companion: Companion | undefined;
  #isWalked = false;

  constructor(runId: string, options: LocalRuntimeOptions, wish: WalkWish) {
    this.#runId = runId;
    this.#options = options;
    this.#wish = wish;
    this.#pause = new Pause(options.clock, () => this.#stirred());
  }

  get standing(): Standing {
    return this.#run?.standing ?? 'moving';
  }

  async own(): Promise<RunEnd> {
    const { journal, holder } = this.#options;
    const row = await journal.run(this.#runId);
    if (!row) throw new OrchestraError('RUN_UNKNOWN', `there is no run ${this.#runId}`);
    if (finalStates.has(row.state)) throw new OrchestraError('RUN_FINISHED', `run ${this.#runId} is ${row.state}`);
    const lease = await journal.acquire(this.#runId, holder);
    const stopBeating = this.#beat(lease);
    let end: RunEnd;
    try {
      failpoint('run:owned');
      end = await this.#walk(row, lease);
    } catch (thrown) {
      stopBeating();
      // Where the journal failed, this fails too: the first error is the one to tell, and the lease dies with us.
      await journal.release(lease).catch(() => undefined);
      throw thrown;
    }
    stopBeating();
    await journal.release(lease);
    return end;
  }

  /** Lets running steps end for a while, or not at all; then leaves the run resumable. */
  pause(atOnce: boolean): void {
    this.#pause.ask(atOnce);
  }

  /** A command like any other, so that it is recorded and survives this process. */
  cancel(reason: string): void {
    const { journal, clock } = this.#options;
    const send = async (): Promise<void> => {
      const command = await journal.keep({ kind: 'cancel' as const, reason });
      await journal.send(this.#runId, { id: `cancel/${this.#runId}`, command, by: 'owner', at: clock.now() });
    };
    this.#companion?.stop();
    // A command that nobody reads would cancel the run when it is taken back to an earlier turn.
    if (!this.#isWalked) send().catch((error: unknown) => this.#queue.fail(error));
  }

  #stirred(): void {
    this.#queue.stir();
    // It has had the same time as the work of the run.
    if (this.#pause.isOver) this.#companion?.stop();
  }

  async #walk(row: RunRow, lease: Lease): Promise<RunEnd> {
    const { journal, load } = this.#options;
    const record = await readRecord(journal, row);
    await endLeftovers(journal, row, record);
    const bundle = this.#wish.edited ?? record.bundle;
    const loaded = await load({ ...row, bundle });
    const mailbox = new Mailbox(journal, this.#runId, record.inboxSeq, () => this.#queue.stir());
    await mailbox.refresh();
    // Whoever resumes a run takes back that it was paused.
    mailbox.discard(({ kind }) => kind === 'pause');
    const stopWatching = journal.watch(this.#runId, (change) => {
      // Those are our own.
      if (change === 'turns') return;
      mailbox.refresh().catch((error: unknown) => this.#queue.fail(error));
    });
    const parts = await this.#parts(row, lease, loaded, { mailbox, ancestry: record.ancestry });
    this.#companion = loaded.companion?.(this.#emitBeside(lease));
    try {
      const end = await this.#walkSegments(parts, loaded, record, bundle);
      this.#isWalked = true;
      await this.#companion?.end(end.state);
      return end;
    } finally {
      this.#companion?.stop();
      stopWatching();
      this.#pause.stop();
      await parts.inFlight.suspend();
      await parts.executor.cleanedUp();
    }
  }

  #emitBeside(lease: Lease): (event: StepEvent) => Promise<void> {
    const { journal, clock, onTurns } = this.#options;
    const events = new BranchEvents('companion', {
      ...{ journal, lease, clock },
      onTurns: (turns) => onTurns?.(this.#runId, turns),
    });
    return (event) => events.emit(event);
  }

  async #walkSegments(parts: LocalRunParts, loaded: LoadedRun, record: RunRecord, bundle: BlobHash): Promise<RunEnd> {
    let segment = record.lastSegment;
    for (;;) {
      const run = new LocalRun(parts, segment);
      this.#run = run;
      if (segment === record.lastSegment) this.#noteResume(run, record, bundle);
      try {
        const result = await loaded.traversal(run);
        await run.commitResult(result);
        return { state: result.state, result };
      } catch (thrown) {
        if (thrown instanceof Suspended) {
          await run.commitSuspension(thrown.state);
          return { state: thrown.state };
        }
        if (!(thrown instanceof Handoff)) throw thrown;
        segment = await run.commitHandoff(thrown.state);
        failpoint('run:handed-over');
      }
    }
  }

  #noteResume(run: LocalRun, record: RunRecord, bundle: BlobHash): void {
    if (record.isResumed) run.note(turnTypes.runResumed, { pid: this.#options.holder.pid });
    if (bundle !== record.bundle) run.note(turnTypes.pipelineEdited, { bundle });
  }

  async #parts(
    row: RunRow,
    lease: Lease,
    { handlers, cwd, returns = [] }: LoadedRun,
    { mailbox, ancestry }: Pick<LocalRunParts, 'mailbox' | 'ancestry'>,
  ): Promise<LocalRunParts> {
    const { journal, clock, scratch, interviewer, readArtifact, createChild, onTurns } = this.#options;
    const { walkChild, standingChanged } = this.#wish;
    const { forkOf, rewinds = [] } = row;
    const runId = this.#runId;
    const announce = (turns: readonly Turn[]): void => onTurns?.(runId, turns);
    const stir = (): void => this.#queue.stir();
    return {
      runId,
      forkOf,
      ancestry,
      rewinds: rewinds.length,
      journal,
      clock,
      mailbox,
      standingChanged,
      pause: this.#pause,
      hash: await loadBlake3(),
      queue: this.#queue,
      buffer: new TurnBuffer(journal, lease, announce),
      inFlight: new InFlight(this.#queue, (error) => this.#queue.fail(error)),
      interviews: new Interviews(interviewer, stir),
      children: new ChildRuns({
        journal,
        clock,
        create: createChild,
        walk: walkChild,
        changed: stir,
        paused: () => this.#pause.ask(),
      }),
      executor: new StepExecutor(runId, lease, {
        journal,
        clock,
        handlers,
        cwd,
        scratch,
        forkOf,
        isRewound: rewinds.length > 0,
        returns,
        readArtifact: (name) => readArtifact(runId, name),
        onTurns: announce,
      }),
    };
  }

  /** Tells others that this process lives; a lost lease ends the walk at its next breath. */
  #beat(lease: Lease): () => void {
    const { journal, clock } = this.#options;
    let stop: () => void;
    const sleep = (): void => {
      stop = clock.wakeAfter(heartbeatMs, () => {
        sleep();
        journal.heartbeat(lease).catch((error: unknown) => this.#queue.fail(error));
      });
    };
    sleep();
    return () => stop();
  }
}

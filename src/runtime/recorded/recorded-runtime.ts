import type { ReplayDifference } from '../../contract/replay-difference.ts';
import type { BlobHash, Journal, Lease, LeaseHolder, RunRow, Turn } from '../../engine/ports/journal.ts';
import { Handoff, type Traversal, type WalkResult } from '../../engine/ports/runtime.ts';
import type { Graph } from '../../language/graph/graph.ts';
import { OrchestraError } from '../../shared/errors.ts';
import { loadBlake3 } from '../../shared/hash.ts';
import type { Json } from '../../shared/json.ts';
import type { ChildRequest } from '../local/child-runs.ts';
import type { Clock } from '../local/clock.ts';
import { TurnBuffer } from '../local/turn-buffer.ts';
import { turnTypes } from '../local/turns.ts';
import { Diverged, RecordOver } from './diverged.ts';
import { RecordedRun, type RecordedRunParts } from './recorded-run.ts';
import { RecordedSteps, type AskStep } from './recorded-steps.ts';
import { readWholeRecord, type RecordSource, type WholeRecord } from './whole-record.ts';

/** How a replay ended. */
export interface ReplayEnd {
  readonly state: WalkResult['state'];
  /** Answers taken from the record, those of child pipelines included. */
  readonly answers: number;
  /** Where it first differs from its source. */
  readonly difference?: ReplayDifference;
  /** It leads to the end of the walk; else the source has not ended either, or somebody ended the replay. */
  readonly isWhole: boolean;
}

export interface RecordedRuntimeOptions {
  /** Where replays are recorded, as runs of their own. */
  readonly journal: Journal;
  readonly source: RecordSource;
  readonly clock: Clock;
  readonly holder: LeaseHolder;
  readonly load: (run: RunRow) => Promise<Traversal>;
  /** The graph of a pipeline that a run of the source was walked by before it was edited; absent where one pipeline shall stand for all. */
  readonly graphOf?: (bundle: BlobHash) => Promise<Graph>;
  readonly ask: AskStep;
  /** Creates the replay of a child of the source. */
  readonly createChild: (request: ChildRequest, sourceRunId: string) => Promise<void>;
  readonly readArtifact: (runId: string, name: string) => Promise<Json | undefined>;
  readonly onTurns: (runId: string, turns: readonly Turn[]) => void;
  /** Ends the replay early. */
  readonly signal: AbortSignal;
}

/** What the journal is told of a replay that does not lead to its walk's own end. */
type EndingEvent =
  | { readonly type: 'PipelineFailed'; readonly error: string }
  | { readonly type: 'PipelineCancelled'; readonly reason: string };

const heartbeatMs = 5_000;

/** Walks runs by the records of others: no step, no timer and no person is needed for it. */
export class RecordedRuntime {
  readonly #options: RecordedRuntimeOptions;
  /** Of the replays under way: one, and the child pipelines it has come to. */
  readonly #leases = new Set<Lease>();
  #answers = 0;
  #beatAt: number;

  constructor(options: RecordedRuntimeOptions) {
    this.#options = options;
    this.#beatAt = options.clock.now();
  }

  /**
   * Walks a new run by the record of a run of the source, as far as that leads.
   * @throws OrchestraError RUN_UNKNOWN, RUN_HELD, and what the journals throw
   */
  async replay(runId: string, sourceRunId: string): Promise<ReplayEnd> {
    const { journal, holder, source } = this.#options;
    const [row, sourceRow] = await Promise.all([known(journal, runId), known(source, sourceRunId)]);
    const record = await readWholeRecord(source, sourceRow);
    const lease = await journal.acquire(runId, holder);
    this.#leases.add(lease);
    try {
      return await this.#replay(row, record, lease);
    } finally {
      this.#leases.delete(lease);
      await journal.release(lease);
    }
  }

  async #replay(row: RunRow, record: WholeRecord, lease: Lease): Promise<ReplayEnd> {
    const { journal, clock, onTurns } = this.#options;
    const buffer = new TurnBuffer(journal, lease, (turns) => onTurns(row.id, turns));
    const end = async (event: EndingEvent, state: WalkResult['state']): Promise<void> => {
      const at = clock.now();
      const { type, ...payload } = event;
      buffer.add({ type, at, payload: { ...payload, durationMs: Math.max(0, at - row.at) } });
      await buffer.commit({ state });
    };
    await buffer.commit({ state: 'running' });
    try {
      const { state } = await this.#walk(row, record, lease, buffer);
      return { state, answers: this.#answers, isWhole: true };
    } catch (thrown) {
      if (thrown instanceof Diverged) {
        const { difference } = thrown;
        await end({ type: 'PipelineFailed', error: summaryOf(difference) }, 'failed');
        return { state: 'failed', answers: this.#answers, difference, isWhole: false };
      }
      if (!(thrown instanceof RecordOver) && !this.#options.signal.aborted) throw thrown;
      const reason = thrown instanceof RecordOver ? `the record of ${record.row.id} ends here` : 'the replay was ended';
      await end({ type: 'PipelineCancelled', reason }, 'cancelled');
      return { state: 'cancelled', answers: this.#answers, isWhole: false };
    }
  }

  async #walk(row: RunRow, record: WholeRecord, lease: Lease, buffer: TurnBuffer): Promise<WalkResult> {
    const { clock, load } = this.#options;
    const traversal = await load(row);
    const parts = await this.#parts(row, record, lease, buffer);
    let handedOver: Json | undefined;
    for (const [index, segment] of record.segments.entries()) {
      const run = new RecordedRun(parts, index, segment, handedOver);
      try {
        const result = await traversal(run);
        await run.end(result);
        buffer.add({ type: turnTypes.runEnded, at: clock.now(), payload: result as unknown as Json });
        await buffer.commit({ state: result.state });
        return result;
      } catch (thrown) {
        if (thrown instanceof RecordOver) await run.leaveOff();
        if (!(thrown instanceof Handoff)) throw thrown;
        await run.catchUp();
        handedOver = thrown.state;
      }
    }
    throw new Error(`the record of ${record.row.id} lacks its last segment`);
  }

  async #parts(row: RunRow, record: WholeRecord, lease: Lease, buffer: TurnBuffer): Promise<RecordedRunParts> {
    const { journal, source, clock, ask, readArtifact, onTurns, createChild, signal, graphOf } = this.#options;
    const earlier = graphOf ? new Set(record.earlierBundles.values()) : [];
    const graphs = await Promise.all([...earlier].map(async (bundle) => [bundle, await graphOf?.(bundle)] as const));
    const steps = new RecordedSteps({
      runId: row.id,
      journal,
      lease,
      clock,
      source,
      record,
      ask,
      readArtifact: (name) => readArtifact(row.id, name),
      onTurns: (turns) => onTurns(row.id, turns),
      graphs: new Map(graphs),
    });
    return {
      runId: row.id,
      journal,
      source,
      record,
      buffer,
      steps,
      clock,
      signal,
      hash: await loadBlake3(),
      answered: () => this.#answered(),
      replayChild: async (request, sourceRunIds) => {
        const known = await Promise.all(sourceRunIds.map((id) => source.run(id)));
        const sourceRunId = known.find((child) => child !== undefined)?.id;
        // A parent that was killed may not have come to creating it.
        if (sourceRunId === undefined) return;
        await createChild(request, sourceRunId);
        const { difference } = await this.replay(request.runId, sourceRunId);
        if (difference) throw new Diverged(difference);
      },
    };
  }

  /** Counts an answer, and tells others now and then that this process lives. */
  async #answered(): Promise<void> {
    const { clock, journal } = this.#options;
    this.#answers += 1;
    if (clock.now() - this.#beatAt < heartbeatMs) return;
    this.#beatAt = clock.now();
    for (const lease of this.#leases) await journal.heartbeat(lease);
  }
}

async function known(source: RecordSource, runId: string): Promise<RunRow> {
  const row = await source.run(runId);
  if (!row) throw new OrchestraError('RUN_UNKNOWN', `there is no run ${runId}`);
  return row;
}

/** One line; both sides in full stand in the report. */
function summaryOf({ what, operation }: ReplayDifference): string {
  return `the replay differs from its source: ${what}${operation === undefined ? '' : ` of ${operation}`}`;
}

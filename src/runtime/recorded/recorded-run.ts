import { eventKey } from '../../contract/event-key.ts';
import type { WalkEvent } from '../../contract/event.ts';
import type { Question } from '../../contract/question.ts';
import type { DifferenceKind, ReplayDifference } from '../../contract/replay-difference.ts';
import type { Journal } from '../../engine/ports/journal.ts';
import {
  Handoff,
  type Child,
  type Op,
  type OpKey,
  type RunContext,
  type Settled,
  type WalkResult,
} from '../../engine/ports/runtime.ts';
import type { NodeCall } from '../../engine/ports/step.ts';
import { withShape } from '../../shared/blob-ref.ts';
import { OrchestraError } from '../../shared/errors.ts';
import type { Blake3 } from '../../shared/hash.ts';
import type { Json } from '../../shared/json.ts';
import type { ChildRequest } from '../local/child-runs.ts';
import type { Clock } from '../local/clock.ts';
import { clockStartOf } from '../local/fork-starts.ts';
import { Replay, type Asked } from '../local/replay.ts';
import type { TurnBuffer } from '../local/turn-buffer.ts';
import { processTurns, settledFrom, turnTypes, type OperationSettled, type OperationStarted } from '../local/turns.ts';
import { Diverged, RecordOver } from './diverged.ts';
import { questionText } from './question-text.ts';
import { differenceOfResults } from './result-difference.ts';
import type { RecordedSteps } from './recorded-steps.ts';
import { inFull, type RecordedSegment, type RecordSource, type WholeRecord } from './whole-record.ts';

/** What outlives the segments of a replay. */
export interface RecordedRunParts {
  readonly runId: string;
  readonly journal: Journal;
  readonly source: RecordSource;
  readonly record: WholeRecord;
  readonly buffer: TurnBuffer;
  readonly steps: RecordedSteps;
  readonly clock: Clock;
  readonly hash: Blake3;
  readonly signal: AbortSignal;
  /** Replays the child pipeline that a run of the source was, as far as it came. */
  readonly replayChild: (request: ChildRequest, sourceRunIds: readonly string[]) => Promise<void>;
  /** Called for each answer taken from the record. */
  readonly answered: () => Promise<void>;
}

interface StartedChild {
  readonly request: ChildRequest;
  /** The first of these that exists is the child of the source. */
  readonly sourceRunIds: readonly string[];
}

/**
 * RunContext of one segment, answered from the record of another run alone. Whatever the walk asks for must stand next
 * in the record; what it gets are the recorded settlements, in their order and at their times. One thing happens after
 * the other: nothing is started, nothing is waited for. What was asked and answered is recorded as that of a run of its own.
 */
export class RecordedRun implements RunContext {
  readonly runId: string;
  readonly segment: number;
  readonly handedOver: Json | undefined;
  readonly #parts: RecordedRunParts;
  readonly #replay: Replay;
  /** Its process ended before the walk had begun. */
  readonly #isUntouched: boolean;
  /** Operations that have not settled. */
  readonly #open = new Set<OpKey>();
  readonly #children = new Map<OpKey, StartedChild>();
  /** Steps that were started since the last settlement, and operations that were dropped. */
  #begun: { readonly key: OpKey; readonly call: NodeCall }[] = [];
  #dropped: OpKey[] = [];
  #now: number;
  #inbox: OpKey | undefined;
  #inboxCount = 0;

  constructor(parts: RecordedRunParts, segment: number, recorded: RecordedSegment, handedOver: Json | undefined) {
    this.runId = parts.runId;
    this.segment = segment;
    this.handedOver = handedOver;
    this.#parts = parts;
    this.#replay = new Replay(recorded.turns);
    this.#isUntouched = recorded.turns.every(({ type }) => processTurns.has(type));
    this.#now = recorded.startedAt;
  }

  // RunContext

  node(key: OpKey, call: NodeCall): Op<'node'> {
    const { view: _view, ...recorded } = call;
    this.#start(key, (known) => ({
      kind: 'node',
      call: recorded,
      fingerprint: known.kind === 'node' ? known.fingerprint : '',
    }));
    this.#begun.push({ key, call });
    return { key, kind: 'node' };
  }

  timer(key: OpKey, ms: number, reason?: string): Op<'timer'> {
    this.#start(key, () => ({ kind: 'timer', dueAt: this.#now + ms, ...(reason !== undefined && { reason }) }));
    return { key, kind: 'timer' };
  }

  gate(key: OpKey, question: Question): Op<'gate'> {
    const known = this.#start(key, (recorded) => ({
      kind: 'gate',
      question,
      fingerprint: recorded.kind === 'gate' ? recorded.fingerprint : '',
    }));
    const was = known.kind === 'gate' ? questionText(known.question) : '';
    const now = questionText(question);
    if (was !== now) throw this.#differs('question', key, was, now, question.stage);
    return { key, kind: 'gate' };
  }

  child(key: OpKey, bundle: string, input: Readonly<Record<string, Json>>): Child {
    const runId = this.#parts.hash(`${this.runId}/${key}`).slice(0, 32);
    const known = this.#start(key, () => ({ kind: 'child', runId, bundle }));
    if (known.kind === 'child') {
      const request = { runId, bundle, input, parent: { runId: this.runId, key } };
      const { row } = this.#parts.record;
      // In a fork, what was in flight went on as a run of its own.
      const forked = row.forkOf && this.#parts.hash(`${row.id}/${key}`).slice(0, 32);
      this.#children.set(key, { request, sourceRunIds: forked ? [forked, known.runId] : [known.runId] });
    }
    return {
      done: { key, kind: 'child' },
      observe: (observeKey) => {
        this.#start(observeKey, () => ({ kind: 'observe' }));
        return { key: observeKey, kind: 'observe' };
      },
      send: (sendKey) => {
        this.#start(sendKey, () => ({ kind: 'send' }));
        return { key: sendKey, kind: 'send' };
      },
    };
  }

  inbox(): Op<'inbox'> {
    this.#inboxCount += 1;
    this.#inbox = `inbox#${this.segment}.${this.#inboxCount}`;
    return { key: this.#inbox, kind: 'inbox' };
  }

  async next(): Promise<Settled> {
    await this.catchUp();
    this.#parts.signal.throwIfAborted();
    const recorded = this.#told(undefined, () =>
      this.#replay.nextSettlement((key) => key === this.#inbox || this.#open.has(key)),
    );
    if (!recorded) throw this.#recordIsOver();
    const { key, at } = recorded;
    // Written by the runtime and kept as it was.
    const settlement = await inFull(this.#parts.source, recorded.payload as unknown as OperationSettled);
    await this.#retell(key, settlement);
    this.#now = at;
    if (key === this.#inbox) this.#inbox = undefined;
    this.#open.delete(key);
    await this.#parts.answered();
    const payload = await this.#parts.buffer.addKept({
      type: turnTypes.operationSettled,
      key,
      at: this.#parts.clock.now(),
      payload: withoutInbox(settlement) as unknown as Json,
    });
    const whole = await withShape((hash) => this.#parts.journal.getBlob(hash), payload);
    return settledFrom(key, whole as unknown as OperationSettled);
  }

  drop(op: Op, reason: string): void {
    if (op.kind === 'inbox') {
      this.#inbox = undefined;
      return;
    }
    this.#open.delete(op.key);
    this.#dropped.push(op.key);
    this.#record({ type: turnTypes.operationDropped, key: op.key }, { kind: op.kind, reason });
  }

  emit(event: WalkEvent): void {
    const { type, ...payload } = event;
    const handler = event.type === 'StageStarted' ? event.handler : undefined;
    // An event is plain JSON by its type.
    this.#record({ type, key: eventKey(event), handler }, payload as unknown as Json);
  }

  now(): number {
    return this.#now;
  }

  clockStart(): number {
    return clockStartOf(this.#parts.record.ancestry, this.#replay.nextSeq);
  }

  /** That of the source: what hangs on it, such as the pauses between attempts, is the same. */
  id(key: string): string {
    return this.#parts.hash(`${this.#parts.record.row.id}/${key}`).slice(0, 32);
  }

  handoff(state: Json): never {
    this.#record({ type: turnTypes.segmentStarted, key: undefined }, { segment: this.segment + 1, state });
    throw new Handoff(state);
  }

  // For whoever drives the replay

  /** Commits what was asked since the last settlement, looks at the steps among it, and tells of what was dropped. */
  async catchUp(): Promise<void> {
    await this.#parts.buffer.commit();
    for (const { key, call } of this.#begun.splice(0)) {
      const difference = await this.#parts.steps.differenceOf(key, call);
      if (difference) throw new Diverged(difference);
    }
    for (const key of this.#dropped.splice(0)) await this.#leaveOff(key);
  }

  /** The walk has come to its end: all of the record must be used up, and the end be the recorded one. */
  async end(result: WalkResult): Promise<void> {
    await this.catchUp();
    this.#told(undefined, () => this.#replay.assertOver());
    const { record, source, journal } = this.#parts;
    if (!record.ended) return;
    // What was kept here passed the redactor of this journal.
    const recorded = journal.redactor.json((await inFull(source, record.ended)) as unknown as Json);
    const difference = differenceOfResults(recorded as unknown as WalkResult, await inFull(journal, result));
    if (difference) throw new Diverged({ runId: record.row.id, what: 'result', ...difference });
  }

  /** The record is over: what was in flight then is told as far as it came. */
  async leaveOff(): Promise<void> {
    for (const key of this.#open) await this.#leaveOff(key);
  }

  // Mechanics

  #start(key: OpKey, started: (known: OperationStarted) => OperationStarted): OperationStarted {
    const asked = { type: turnTypes.operationStarted, key };
    const recorded = this.#expect(asked);
    // Written by the runtime and kept as it was.
    const known = recorded.payload as unknown as OperationStarted;
    this.#add(asked, started(known) as unknown as Json);
    this.#open.add(key);
    return known;
  }

  #record(asked: Asked, payload: Json): void {
    this.#expect(asked);
    this.#add(asked, payload);
  }

  #add({ type, key }: Asked, payload: Json): void {
    const at = this.#parts.clock.now();
    this.#parts.buffer.add({ type, at, payload, ...(key === undefined ? {} : { key }) });
  }

  #expect(asked: Asked): NonNullable<ReturnType<Replay['expect']>> {
    const recorded = this.#told(asked.key, () => this.#replay.expect(asked));
    if (recorded) return recorded;
    // What a walk asks between two waits is recorded whole: a record does not end in the middle of it.
    if (this.#isUntouched) throw this.#recordIsOver();
    throw this.#differs('order', asked.key, endOfRecord, describe(asked));
  }

  /** What the replay cannot lead through is a difference. */
  #told<T>(key: OpKey | undefined, read: () => T): T {
    try {
      return read();
    } catch (thrown) {
      if (!(thrown instanceof OrchestraError) || thrown.code !== 'RUN_DIVERGED') throw thrown;
      const { recorded, walked } = thrown.details;
      throw this.#differs('order', key, String(recorded), String(walked));
    }
  }

  #recordIsOver(): Error {
    if (!this.#parts.record.ended) return new RecordOver();
    return this.#differs('order', undefined, endOfRecord, 'the walk goes on');
  }

  #differs(
    what: DifferenceKind,
    operation: OpKey | undefined,
    recorded: string,
    asked: string,
    node?: string,
  ): Diverged {
    const difference: ReplayDifference = {
      runId: this.#parts.record.row.id,
      what,
      recorded,
      asked,
      ...(operation === undefined ? {} : { operation }),
      ...(node === undefined ? {} : { node }),
    };
    return new Diverged(difference);
  }

  async #retell(key: OpKey, settlement: OperationSettled): Promise<void> {
    if (settlement.kind === 'node') return this.#parts.steps.tell(key);
    const child = settlement.kind === 'child' ? this.#children.get(key) : undefined;
    if (child) await this.#parts.replayChild(child.request, child.sourceRunIds);
  }

  /** An operation that never settled: it may have told something all the same. */
  async #leaveOff(key: OpKey): Promise<void> {
    const child = this.#children.get(key);
    if (child) return this.#parts.replayChild(child.request, child.sourceRunIds);
    return this.#parts.steps.tell(key);
  }
}

const endOfRecord = 'the end of the record';

function describe({ type, key, handler }: Asked): string {
  return [type, key, handler === undefined ? undefined : `(${handler})`].filter((part) => part !== undefined).join(' ');
}

/** Its number belongs to another inbox; without one, an answer counts as given by the run's own process. */
function withoutInbox(settlement: OperationSettled): OperationSettled {
  if (settlement.kind === 'gate') return { kind: 'gate', answer: settlement.answer };
  return settlement.kind === 'inbox' ? { ...settlement, inboxSeq: 0 } : settlement;
}

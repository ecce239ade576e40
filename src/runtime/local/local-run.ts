import type { InboxEntry } from '../../contract/command.ts';
import type { WalkEvent } from '../../contract/event.ts';
import { answerFrom, type Question } from '../../contract/question.ts';
import type { RunState, Waiting } from '../../contract/run.ts';
import type { ForkPoint, Journal, RunStatusChange } from '../../engine/ports/journal.ts';
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
import { plainValue } from '../../language/graph/attributes.ts';
import { withShape } from '../../shared/blob-ref.ts';
import { failpoint } from '../../shared/failpoint.ts';
import type { Blake3 } from '../../shared/hash.ts';
import { canonicalJson, type Json } from '../../shared/json.ts';
import type { ChildRuns } from './child-runs.ts';
import { sleepUntil, type Clock } from './clock.ts';
import { eventKey } from '../../contract/event-key.ts';
import { clockStartOf, type Ancestry } from './fork-starts.ts';
import type { InFlight, Operation } from './in-flight.ts';
import type { Interviews } from './interviews.ts';
import type { Mailbox } from './mailbox.ts';
import type { Pause } from './pause.ts';
import type { RecordedStart, SegmentRecord } from './record.ts';
import { Replay, type Asked } from './replay.ts';
import type { Settlement, SettleQueue } from './settle-queue.ts';
import type { StepExecutor } from './step-executor.ts';
import type { TurnBuffer } from './turn-buffer.ts';
import { settledFrom, turnTypes, type AnswerRefused, type OperationSettled, type OperationStarted } from './turns.ts';
import { isAboutBudget, standingOf, waitingFor, type Presence, type Standing } from './waiting.ts';

/** What outlives the segments of a run in one process. */
export interface LocalRunParts {
  readonly runId: string;
  readonly forkOf: ForkPoint | undefined;
  readonly ancestry: Ancestry;
  /** How often the run went back to an earlier turn. */
  readonly rewinds: number;
  readonly journal: Journal;
  readonly buffer: TurnBuffer;
  readonly clock: Clock;
  readonly hash: Blake3;
  readonly queue: SettleQueue;
  readonly inFlight: InFlight;
  readonly mailbox: Mailbox;
  readonly interviews: Interviews;
  readonly children: ChildRuns;
  readonly executor: StepExecutor;
  readonly pause: Pause;
  /** Set where the run stays on stage while nobody here can move it; else it is suspended then. */
  readonly standingChanged: (() => void) | undefined;
}

/** Why the walk was taken off the stage without having ended. */
export class Suspended {
  readonly state: 'waiting' | 'paused';
  constructor(state: 'waiting' | 'paused') {
    this.state = state;
  }
}

/**
 * RunContext of one segment on the local journal. Everything between two waits of `next` is one commit:
 * the settlements the walk was given, the events it emitted, the operations it started. Only after that
 * commit do the new operations begin (R1). In replay the same calls are checked against the record.
 */
export class LocalRun implements RunContext {
  readonly runId: string;
  readonly segment: number;
  readonly handedOver: Json | undefined;
  readonly #parts: LocalRunParts;
  readonly #replay: Replay;
  readonly #presence: Presence;
  /** Operations of the segment before that this one has not asked for yet. */
  readonly #carried: Map<OpKey, RecordedStart>;
  /** Operations in flight that the pipeline asks otherwise than recorded. */
  readonly #changed = new Map<OpKey, string>();
  /** Children dropped that are not walked here: nobody may have told them, or will. */
  readonly #abandoned = new Set<string>();
  #now: number;
  #inbox: OpKey | undefined;
  #inboxCount = 0;
  #isLive = false;
  #shown: RunStatusChange | undefined;
  #standing: Standing = 'moving';

  constructor(parts: LocalRunParts, record: SegmentRecord) {
    this.runId = parts.runId;
    this.segment = record.segment;
    this.handedOver = record.handedOver;
    this.#parts = parts;
    this.#replay = new Replay(record.turns);
    this.#carried = new Map(record.inFlight);
    this.#now = record.startedAt;
    this.#presence = {
      isAttended: (key) => parts.interviews.isAttended(key),
      standingOfChild: (runId) => parts.children.standingOf(runId),
    };
  }

  // RunContext

  node(key: OpKey, call: NodeCall): Op<'node'> {
    const { view, ...recorded } = call;
    const { handler, fidelity, thread } = call;
    const attributes = view().graph.nodes.get(call.nodeId)?.attributes ?? new Map();
    const written = Array.from(attributes.values(), ({ key: name, value }) => [name, plainValue(value)]);
    this.#start(
      key,
      'node',
      {
        kind: 'node',
        call: recorded,
        fingerprint: this.#fingerprint(JSON.stringify([handler, fidelity, thread, written])),
      },
      (isRelaunch) => async (signal) => {
        const { result, artifacts } = await this.#parts.executor.execute(key, call, isRelaunch, signal);
        const names = Object.keys(artifacts);
        if (names.length === 0) return { kind: 'node', result };
        return { kind: 'node', result: { ...result, artifacts: names }, artifacts };
      },
    );
    return { key, kind: 'node' };
  }

  timer(key: OpKey, ms: number, reason?: string): Op<'timer'> {
    const { clock } = this.#parts;
    const asked = { kind: 'timer', dueAt: this.#now + ms, ...(reason !== undefined && { reason }) } as const;
    this.#start(key, 'timer', asked, (_, { dueAt }) => async (signal) => {
      await sleepUntil(clock, dueAt, ms, signal);
      return { kind: 'timer' };
    });
    return { key, kind: 'timer' };
  }

  gate(key: OpKey, question: Question): Op<'gate'> {
    const { interviews } = this.#parts;
    this.#start(
      key,
      'gate',
      { kind: 'gate', question, fingerprint: this.#fingerprint(canonicalJson(question)) },
      () => async (signal) => ({
        kind: 'gate',
        answer: await interviews.ask(key, question, signal),
      }),
    );
    return { key, kind: 'gate' };
  }

  child(key: OpKey, bundle: string, input: Readonly<Record<string, Json>>): Child {
    const { runId, forkOf } = this.#childOf(key);
    const { children } = this.#parts;
    const request = { runId, bundle, input, parent: { runId: this.runId, key }, ...(forkOf && { forkOf }) };
    this.#start(key, 'child', { kind: 'child', runId, bundle }, () => async (signal) => ({
      kind: 'child',
      result: await children.run(request, signal),
    }));
    return {
      done: { key, kind: 'child' },
      observe: (observeKey) => {
        this.#start(observeKey, 'observe', { kind: 'observe' }, () => async () => ({
          kind: 'observe',
          telemetry: await children.observe(runId),
        }));
        return { key: observeKey, kind: 'observe' };
      },
      send: (sendKey, command) => {
        this.#start(sendKey, 'send', { kind: 'send' }, () => async () => {
          await children.send(runId, `${this.runId}/${sendKey}`, command);
          return { kind: 'send' };
        });
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
    const [lost] = this.#carried.keys();
    if (lost !== undefined) throw new Error(`the new segment has not asked for ${lost}, which is in flight`);
    if (!this.#isLive) {
      const recorded = this.#replay.nextSettlement(
        (key) => key === this.#inbox || this.#parts.inFlight.get(key) !== undefined,
      );
      if (recorded) return this.#apply(recorded.key, recorded.payload, recorded.at);
      await this.#goLive();
    }
    for (;;) {
      this.#parts.queue.throwIfFailed();
      const settlement = this.#takeRestart() ?? this.#takeCommand() ?? this.#takeResult();
      if (settlement) return this.#settle(settlement);
      await this.#commit();
      this.#suspendIfStuck();
      await this.#parts.queue.stirred();
    }
  }

  drop(op: Op, reason: string): void {
    if (op.kind === 'inbox') {
      this.#inbox = undefined;
      return;
    }
    const { inFlight } = this.#parts;
    const started = inFlight.get(op.key)?.started;
    if (started?.kind === 'child' && !inFlight.isRunning(op.key)) this.#abandoned.add(started.runId);
    inFlight.close(op.key);
    this.#changed.delete(op.key);
    this.#record({ type: turnTypes.operationDropped, key: op.key }, { kind: op.kind, reason });
  }

  emit(event: WalkEvent): void {
    const { type, ...payload } = event;
    const handler = event.type === 'StageStarted' ? event.handler : undefined;
    this.#record({ type, key: eventKey(event), handler }, payload as unknown as Json);
  }

  now(): number {
    return this.#now;
  }

  clockStart(): number {
    return clockStartOf(this.#parts.ancestry, this.#replay.nextSeq);
  }

  id(key: string): string {
    return this.#parts.hash(`${this.runId}/${key}`).slice(0, 32);
  }

  handoff(state: Json): never {
    this.#record({ type: turnTypes.segmentStarted, key: undefined }, { segment: this.segment + 1, state });
    throw new Handoff(state);
  }

  // For the owner of the run

  get standing(): Standing {
    return this.#standing;
  }

  /** Records something that tells of this process rather than of the walk. */
  note(type: string, payload: Json): void {
    this.#parts.buffer.add({ type, at: this.#time(), payload });
  }

  /** Commits the end of the walk, once nothing of the run is alive any more. */
  async commitResult(result: WalkResult): Promise<void> {
    if (!this.#isLive) this.#replay.assertOver();
    const { buffer, inFlight } = this.#parts;
    await this.#cancelAbandoned();
    if (inFlight.isAlive) {
      await buffer.commit();
      await inFlight.end();
    }
    this.note(turnTypes.runEnded, result as unknown as Json);
    await buffer.commit({ state: result.state });
  }

  async commitSuspension(state: 'waiting' | 'paused'): Promise<void> {
    if (state === 'paused') this.note(turnTypes.pipelinePaused, { reason: 'paused' });
    const waiting = state === 'waiting' ? waitingFor(this.#parts.inFlight, this.#presence) : [];
    await this.#parts.buffer.commit(statusOf(state, waiting));
  }

  /** Commits the end of this segment; what is in flight goes on and is the next one's to ask for. */
  async commitHandoff(state: Json): Promise<SegmentRecord> {
    const { buffer, inFlight } = this.#parts;
    await buffer.commit();
    inFlight.endUnneeded();
    return {
      segment: this.segment + 1,
      handedOver: state,
      startedAt: this.#now,
      inFlight: inFlight.handOver(),
      turns: [],
    };
  }

  // Mechanics

  #start<S extends OperationStarted>(
    key: OpKey,
    kind: Operation['kind'],
    asked: S,
    runOf: (isRelaunch: boolean, started: S) => Operation['run'],
  ): void {
    const before = this.#carried.get(key);
    this.#carried.delete(key);
    // A timer keeps its due time over crashes and segments; all else is what the pipeline says now.
    const started = { ...asked, ...dueTimeOf(before?.started) };
    const recorded = this.#record({ type: turnTypes.operationStarted, key }, started as unknown as Json);
    const recordedStart = recorded?.payload as OperationStarted | undefined;
    const known = recordedStart ?? before?.started;
    if (known && isChanged(known, asked)) this.#changed.set(key, nodeOf(asked) ?? key);
    const isRelaunch = known !== undefined;
    const finalStart = { ...started, ...dueTimeOf(recordedStart) };
    this.#parts.inFlight.open({
      key,
      kind,
      started: finalStart,
      since: before?.since ?? this.#now,
      isRelaunch,
      run: runOf(isRelaunch, finalStart),
    });
  }

  /**
   * The run that a child is: the recorded one; in a fork, one that goes on from what that of the source was. What came of
   * a key before the run went back is another run.
   */
  #childOf(key: OpKey): { readonly runId: string; readonly forkOf?: ForkPoint } {
    const { forkOf, rewinds } = this.#parts;
    const known = (this.#isLive ? undefined : this.#replay.startOf(key, forkOf)) ?? this.#carried.get(key);
    if (known?.started.kind !== 'child') return { runId: this.id(rewinds === 0 ? key : `${key}~${rewinds}`) };
    const { runId } = known.started;
    if (!forkOf || !known.isInherited) return { runId };
    return { runId: this.id(key), forkOf: { runId, turn: forkOf.turn } };
  }

  /** Buffers a turn, or checks it against the record and gives that back. */
  #record(asked: Asked, payload: Json): ReturnType<Replay['expect']> {
    const recorded = this.#isLive ? undefined : this.#replay.expect(asked);
    const { type, key } = asked;
    if (!recorded) this.#parts.buffer.add({ type, at: this.#now, payload, ...(key === undefined ? {} : { key }) });
    return recorded;
  }

  async #goLive(): Promise<void> {
    this.#isLive = true;
    await this.#cancelAbandoned();
    await this.#parts.mailbox.refresh();
  }

  async #cancelAbandoned(): Promise<void> {
    const { children } = this.#parts;
    await Promise.all(Array.from(this.#abandoned, (runId) => children.cancelAbandoned(runId)));
    this.#abandoned.clear();
  }

  /** The first result of an operation that still matters: what was dropped no longer settles. */
  #takeResult(): Settlement | undefined {
    for (;;) {
      const settlement = this.#parts.queue.take();
      if (!settlement || this.#parts.inFlight.get(settlement.key)) return settlement;
    }
  }

  /** Acts on the inbox, one entry after the other, up to the first that concerns the walk. */
  #takeCommand(): Settlement | undefined {
    const { mailbox } = this.#parts;
    for (let entry = mailbox.first; entry; entry = mailbox.first) {
      const settlement = this.#settlementFrom(entry);
      if (settlement === 'later') return undefined;
      mailbox.takeFirst();
      failpoint('inbox:taken');
      if (settlement) return settlement;
    }
    return undefined;
  }

  #settlementFrom(entry: InboxEntry): Settlement | 'later' | undefined {
    const { command, seq } = entry;
    switch (command.kind) {
      case 'pause':
        this.#parts.pause.ask();
        return undefined;
      case 'answer':
        return this.#answered(command.question, command.answer, entry);
      default:
        return this.#inbox === undefined
          ? 'later'
          : { key: this.#inbox, turn: { kind: 'inbox', command, inboxSeq: seq } };
    }
  }

  /** An answer that does not fit is recorded, so that its sender can see why nothing happened. */
  #answered(question: string, given: Json, { by, seq }: InboxEntry): Settlement | undefined {
    const started = this.#parts.inFlight.get(question)?.started;
    const asked = started?.kind === 'gate' ? started.question : undefined;
    const answer = asked && typeof given === 'string' ? answerFrom(asked, given) : undefined;
    if (answer) return { key: question, turn: { kind: 'gate', answer: { ...answer, by }, inboxSeq: seq } };
    const refused: AnswerRefused = { question, by, verdict: asked ? 'invalid' : 'unknown', inboxSeq: seq };
    this.note(turnTypes.answerRefused, { ...refused });
    return undefined;
  }

  /** What an edited pipeline asks otherwise while it is in flight begins anew, as if a person had said so (R9). */
  #takeRestart(): Settlement | undefined {
    const [next] = this.#changed;
    if (!next || this.#inbox === undefined) return undefined;
    const [operation, node] = next;
    this.#changed.delete(operation);
    return {
      key: this.#inbox,
      turn: { kind: 'inbox', command: { kind: 'retry', node, operation }, inboxSeq: this.#parts.mailbox.lastTaken },
    };
  }

  async #settle({ key, turn }: Settlement): Promise<Settled> {
    failpoint('run:before-settle');
    const at = this.#time();
    const payload = await this.#parts.buffer.addKept({
      type: turnTypes.operationSettled,
      key,
      at,
      payload: turn as unknown as Json,
    });
    return this.#apply(key, await withShape((hash) => this.#parts.journal.getBlob(hash), payload), at);
  }

  /** A clock that was set back makes nothing of a run happen before what it follows from. */
  #time(): number {
    return Math.max(this.#now, this.#parts.clock.now());
  }

  /** Gives the walk a settlement as the journal holds it, live and in replay alike. */
  #apply(key: OpKey, payload: Json, at: number): Settled {
    this.#now = at;
    if (key === this.#inbox) this.#inbox = undefined;
    else this.#parts.inFlight.close(key);
    this.#changed.delete(key);
    // Written by this runtime; long texts in it may be references.
    return settledFrom(key, payload as unknown as OperationSettled);
  }

  async #commit(): Promise<void> {
    const { buffer, inFlight, pause, queue } = this.#parts;
    await buffer.commit(this.#statusChange());
    queue.throwIfFailed();
    inFlight.endUnneeded();
    if (!pause.isAsked) inFlight.launch();
  }

  /** The state to show, where it differs from the one shown last. */
  #statusChange(): RunStatusChange | undefined {
    const waiting = waitingFor(this.#parts.inFlight, this.#presence);
    const status = statusOf(waiting.length > 0 ? 'waiting' : 'running', waiting);
    if (status.state === this.#shown?.state && isSame(waiting, this.#shown.waiting ?? [])) return undefined;
    this.#shown = status;
    return status;
  }

  #suspendIfStuck(): void {
    const { clock, inFlight, pause, standingChanged } = this.#parts;
    const standing = standingOf(inFlight, this.#presence, clock.now());
    const changed = standing !== this.#standing;
    this.#standing = standing;
    if (pause.isAsked) {
      if (standing === 'abandoned') throw new Suspended('waiting');
      if (!inFlight.hasRunningWork || pause.isOver) throw new Suspended('paused');
    } else if (standing === 'abandoned' && !standingChanged) {
      throw new Suspended('waiting');
    }
    if (changed) standingChanged?.();
  }

  #fingerprint(said: string): string {
    return this.#parts.hash(said).slice(0, 16);
  }
}

function statusOf(state: RunState, waiting: NonNullable<RunStatusChange['waiting']>): RunStatusChange {
  return waiting.length > 0 ? { state, waiting } : { state };
}

function isSame(one: readonly Waiting[], other: readonly Waiting[]): boolean {
  // Most of the time nothing is waited for.
  return one.length === other.length && (one.length === 0 || canonicalJson(one) === canonicalJson(other));
}

function dueTimeOf(started: OperationStarted | undefined): { readonly dueAt: number } | undefined {
  return started?.kind === 'timer' ? { dueAt: started.dueAt } : undefined;
}

function isChanged(known: OperationStarted, asked: OperationStarted): boolean {
  if (known.kind === 'node' && asked.kind === 'node') return known.fingerprint !== asked.fingerprint;
  if (known.kind === 'child' && asked.kind === 'child') return known.bundle !== asked.bundle;
  if (known.kind !== 'gate' || asked.kind !== 'gate') return false;
  return known.fingerprint !== asked.fingerprint && !isAboutBudget(asked.question);
}

/** The node a visit of which an operation serves, as far as the operation tells. */
function nodeOf(asked: OperationStarted): string | undefined {
  if (asked.kind === 'node') return asked.call.nodeId;
  return asked.kind === 'gate' ? asked.question.stage : undefined;
}

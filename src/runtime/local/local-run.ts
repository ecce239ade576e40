import type { Command, InboxEntry } from '../../contract/command.ts';
import type { WalkEvent } from '../../contract/event.ts';
import type { Question } from '../../contract/question.ts';
import type { RunState, Waiting } from '../../contract/run.ts';
import type { Journal, Lease, NewTurn, RunStatusChange, Turn } from '../../engine/ports/journal.ts';
import { Handoff, type Child, type Op, type OpKey, type OpKind, type RunContext, type Settled } from '../../engine/ports/runtime.ts';
import type { NodeCall } from '../../engine/ports/step.ts';
import { OrchestraError } from '../../shared/errors.ts';
import type { Blake3 } from '../../shared/hash.ts';
import type { Json } from '../../shared/json.ts';
import type { ChildRuns } from './child-runs.ts';
import type { Clock } from './clock.ts';
import { eventKey } from './event-key.ts';
import type { Gates } from './gates.ts';
import { Replay } from './replay.ts';
import { SettleQueue } from './settle-queue.ts';
import type { StepExecutor } from './step-executor.ts';
import { settledFrom, turnTypes, type OperationSettled, type OperationStarted } from './turns.ts';

export interface LocalRunParts {
  readonly runId: string;
  readonly lease: Lease;
  readonly journal: Journal;
  readonly clock: Clock;
  readonly hash: Blake3;
  readonly executor: StepExecutor;
  readonly gates: Gates;
  readonly children: ChildRuns;
  readonly queue: SettleQueue;
  readonly onTurns: (turns: readonly Turn[]) => void;
  /** Set where the run stays on stage while only people can move it on; else it is suspended then. */
  readonly onIdle: (() => void) | undefined;
}

/** Where a segment begins: what was handed over, and what of it is recorded already. */
export interface SegmentStart {
  readonly segment: number;
  readonly handedOver: Json | undefined;
  readonly recorded: readonly Turn[];
  /** The last inbox entry acted on before. */
  readonly inboxSeq: number;
  readonly startedAt: number;
}

/** An operation the walk asked for and that has not settled. */
interface Open {
  readonly kind: OpKind;
  readonly since: number;
  /** Undefined for the inbox, which is never recorded as started. */
  readonly started: OperationStarted | undefined;
  readonly launch: (signal: AbortSignal, relaunched: boolean) => Promise<OperationSettled>;
  /** Set once it runs in this process. */
  abort?: AbortController;
  /** It was recorded by an earlier process and may have left traces. */
  readonly relaunched: boolean;
}

/** Why the walk was taken off the stage without having ended. */
export class Suspended {
  readonly state: 'waiting' | 'paused';
  constructor(state: 'waiting' | 'paused') {
    this.state = state;
  }
}

/** Why an operation is aborted: its result no longer matters, or it goes on in a later process. */
export const dropped = Symbol('dropped');
export const suspended = Symbol('suspended');

/** How long running steps may go on after a pause was asked for (semantics.md, Homes and processes). */
const pauseGraceMs = 10_000;

/**
 * RunContext on the local journal. Everything between two `next` calls is one commit: the settlement
 * the walk was given, the events it emitted, the operations it started. Only after that commit do the
 * new operations begin (R1). In replay the same calls are checked against the record instead.
 */
export class LocalRun implements RunContext {
  readonly runId: string;
  readonly segment: number;
  readonly handedOver: Json | undefined;
  readonly #parts: LocalRunParts;
  readonly #replay: Replay;
  readonly #open = new Map<OpKey, Open>();
  readonly #running = new Set<Promise<void>>();
  readonly #commands: InboxEntry[] = [];
  /** Answers whose questions were asked by an earlier process and are not put again yet. */
  #earlyAnswers: InboxEntry[] = [];
  #buffer: NewTurn[] = [];
  #abortAfterCommit: AbortController[] = [];
  #now: number;
  #inboxCount = 0;
  #inboxSeq: number;
  #live = false;
  #shown = '';
  #pauseDeadline: number | undefined;
  #stopGraceTimer: (() => void) | undefined;
  #failure: unknown;
  #idle = false;

  constructor(parts: LocalRunParts, start: SegmentStart) {
    this.runId = parts.runId;
    this.segment = start.segment;
    this.handedOver = start.handedOver;
    this.#parts = parts;
    this.#replay = new Replay(start.recorded);
    this.#inboxSeq = start.inboxSeq;
    this.#now = start.startedAt;
  }

  // RunContext

  node(key: OpKey, call: NodeCall): Op<'node'> {
    const { view: _view, ...recorded } = call;
    this.#start(key, 'node', { kind: 'node', call: recorded }, async (signal, relaunched) => {
      const { result, artifacts } = await this.#parts.executor.execute(key, call, relaunched, signal);
      const names = Object.keys(artifacts);
      if (names.length === 0) return { kind: 'node', result };
      return { kind: 'node', result: { ...result, artifacts: names }, artifacts };
    });
    return { key, kind: 'node' };
  }

  timer(key: OpKey, ms: number): Op<'timer'> {
    const dueAt = this.#now + ms;
    this.#start(key, 'timer', { kind: 'timer', dueAt }, (signal) => this.#sleepUntil(dueAt, signal));
    return { key, kind: 'timer' };
  }

  gate(key: OpKey, question: Question): Op<'gate'> {
    this.#start(key, 'gate', { kind: 'gate', question }, (signal) => this.#parts.gates.ask(key, question, signal));
    return { key, kind: 'gate' };
  }

  child(key: OpKey, bundle: string, input: Readonly<Record<string, Json>>): Child {
    const runId = this.id(key);
    const { children } = this.#parts;
    this.#start(key, 'child', { kind: 'child', runId, bundle }, async (signal) => ({
      kind: 'child',
      result: await children.run({ runId, bundle, input, parent: { runId: this.runId, key } }, signal),
    }));
    return {
      done: { key, kind: 'child' },
      observe: (observeKey) => {
        this.#start(observeKey, 'observe', { kind: 'observe' }, async () => ({ kind: 'observe', telemetry: await children.observe(runId) }));
        return { key: observeKey, kind: 'observe' };
      },
      send: (sendKey, command) => {
        this.#start(sendKey, 'send', { kind: 'send' }, async () => {
          await children.send(runId, `${this.runId}/${sendKey}`, command);
          return { kind: 'send' };
        });
        return { key: sendKey, kind: 'send' };
      },
    };
  }

  inbox(): Op<'inbox'> {
    this.#inboxCount += 1;
    const key = `inbox#${this.segment}.${this.#inboxCount}`;
    this.#open.set(key, { kind: 'inbox', since: this.#now, started: undefined, relaunched: false, launch: neverSettles });
    if (this.#live) this.#deliverCommand();
    return { key, kind: 'inbox' };
  }

  async next(): Promise<Settled> {
    for (;;) {
      if (!this.#live) {
        const recorded = this.#replay.nextSettlement((key) => this.#open.has(key));
        if (recorded) return this.#apply(recorded.key, recorded.turn, recorded.at);
        await this.#goLive();
      }
      this.#throwFailure();
      const queued = this.#parts.queue.take();
      if (queued) {
        // What was dropped, or paused in flight, no longer settles.
        if (!this.#open.has(queued.key)) continue;
        const at = Math.max(this.#now, this.#parts.clock.now());
        const payload = await this.#parts.journal.keep(queued.turn as unknown as Json);
        this.#buffer.push({ type: turnTypes.operationSettled, key: queued.key, at, payload });
        return this.#apply(queued.key, payload as unknown as OperationSettled, at);
      }
      await this.#commit();
      this.#suspendIfIdle();
      await this.#parts.queue.changed();
    }
  }

  drop(op: Op, reason: string): void {
    const open = this.#open.get(op.key);
    this.#open.delete(op.key);
    if (op.kind === 'inbox') return;
    if (open?.abort) this.#abortAfterCommit.push(open.abort);
    this.#record(turnTypes.operationDropped, op.key, { kind: op.kind, reason });
  }

  emit(event: WalkEvent): void {
    const { type, ...payload } = event;
    this.#record(type, eventKey(event), payload as unknown as Json, event.type === 'StageStarted' ? event.handler : undefined);
  }

  now(): number {
    return this.#now;
  }

  id(key: string): string {
    return this.#parts.hash(`${this.runId}/${key}`).slice(0, 32);
  }

  handoff(state: Json): never {
    this.#record(turnTypes.segmentStarted, undefined, { segment: this.segment + 1, state });
    throw new Handoff(state);
  }

  // For the owner of the run

  /** Hands over what arrived in the inbox. Answers go to their gates, a pause stops the stage, the rest is the walk's. */
  receive(entries: readonly InboxEntry[]): void {
    for (const entry of entries) {
      if (entry.seq <= this.#inboxSeq) continue;
      this.#inboxSeq = entry.seq;
      this.#receiveOne(entry);
    }
  }

  /** Whether only people who are not here can move the run on. */
  get isIdle(): boolean {
    return this.#idle;
  }

  get inboxSeq(): number {
    return this.#inboxSeq;
  }

  /** A walk that ends must have led through all that is recorded. */
  assertReplayed(): void {
    if (!this.#live) this.#replay.assertOver();
  }

  /** Records something that tells of this process rather than of the walk. */
  note(type: string, payload: Json): void {
    this.#buffer.push({ type, at: this.#parts.clock.now(), payload: payload as NewTurn['payload'] });
  }

  /** Starts nothing new; lets running steps end for a while; then suspends. */
  pause(atOnce: boolean): void {
    if (this.#pauseDeadline !== undefined && !atOnce) return;
    this.#stopGraceTimer?.();
    this.#pauseDeadline = this.#parts.clock.now() + (atOnce ? 0 : pauseGraceMs);
    this.#stopGraceTimer = this.#parts.clock.wakeAt(this.#pauseDeadline, () => this.#parts.queue.poke());
    this.#parts.queue.poke();
  }

  /** Ends the walk with an error at its next breath: the lease is lost, or the journal cannot be written. */
  fail(error: unknown): void {
    this.#failure ??= error;
    this.#parts.queue.poke();
  }

  /** Commits what is left, with the state the run is left in. */
  async commitEnd(state: RunState): Promise<void> {
    const waiting = state === 'waiting' ? this.#waitingFor() : [];
    await this.#write(waiting.length > 0 ? { state, waiting } : { state });
  }

  /** Stops everything that runs; nothing of this run is alive when it resolves. */
  async stop(): Promise<void> {
    this.#stopGraceTimer?.();
    for (const abort of this.#abortAfterCommit.splice(0)) abort.abort(dropped);
    for (const { abort } of this.#open.values()) abort?.abort(suspended);
    await Promise.allSettled(this.#running);
  }

  // Mechanics

  #start(key: OpKey, kind: OpKind, started: OperationStarted, launch: Open['launch']): void {
    const isNew = this.#record(turnTypes.operationStarted, key, started as unknown as Json);
    this.#open.set(key, { kind, since: this.#now, started, relaunched: !isNew, launch });
  }

  /** Buffers a turn, or checks it against the record; says whether it is new. */
  #record(type: string, key: string | undefined, payload: Json, handler?: string): boolean {
    if (!this.#live) {
      if (this.#replay.expect(type, key, handler)) return false;
      if (!this.#replay.isOver) throw new Error('replay ended early');
    }
    // Passed through the door at the commit: `keep` may have to store blobs.
    this.#buffer.push({ type, at: this.#now, payload: payload as NewTurn['payload'], ...(key === undefined ? {} : { key }) });
    return true;
  }

  #apply(key: OpKey, turn: OperationSettled, at: number): Settled {
    this.#now = at;
    this.#open.delete(key);
    if (turn.kind === 'inbox' || turn.kind === 'gate') this.#inboxSeq = Math.max(this.#inboxSeq, turn.inboxSeq ?? 0);
    return settledFrom(key, turn);
  }

  async #goLive(): Promise<void> {
    this.#live = true;
    this.receive(await this.#parts.journal.inbox(this.runId, this.#inboxSeq));
    this.#deliverCommand();
  }

  async #commit(): Promise<void> {
    const status = this.#statusChange();
    if (this.#buffer.length > 0 || status) await this.#write(status);
    this.#throwFailure();
    for (const abort of this.#abortAfterCommit.splice(0)) abort.abort(dropped);
    if (this.#pauseDeadline !== undefined) return;
    for (const [key, open] of this.#open) this.#launch(key, open);
    for (const entry of this.#earlyAnswers.splice(0)) this.#receiveOne(entry);
  }

  async #write(status: RunStatusChange | undefined): Promise<void> {
    const { journal, lease, onTurns } = this.#parts;
    const buffered = this.#buffer;
    this.#buffer = [];
    const turns = await Promise.all(buffered.map(async (turn) => ({ ...turn, payload: await journal.keep(turn.payload as Json) })));
    onTurns(await journal.append(lease, turns, status));
  }

  #launch(key: OpKey, open: Open): void {
    if (open.abort || open.kind === 'inbox') return;
    const abort = new AbortController();
    open.abort = abort;
    const running = open.launch(abort.signal, open.relaunched).then(
      (turn) => {
        if (!abort.signal.aborted) this.#parts.queue.put({ key, turn });
      },
      (error: unknown) => {
        // An aborted operation has no result; anything else means the runtime itself cannot go on.
        if (!abort.signal.aborted) this.fail(error);
      },
    );
    this.#running.add(running);
    void running.finally(() => this.#running.delete(running));
  }

  #receiveOne(entry: InboxEntry): void {
    const { command } = entry;
    if (command.kind === 'pause') return this.pause(false);
    if (command.kind === 'answer') return this.#receiveAnswer(command, entry);
    this.#commands.push(entry);
    this.#deliverCommand();
  }

  /** An answer that does not fit is recorded, so that its sender can see why nothing happened. */
  #receiveAnswer({ question, answer }: Extract<Command, { kind: 'answer' }>, entry: InboxEntry): void {
    const asked = this.#open.get(question);
    if (asked && !asked.abort) {
      this.#earlyAnswers.push(entry);
      return;
    }
    const verdict = this.#parts.gates.deliver(question, answer, entry);
    if (verdict !== 'accepted') this.note(turnTypes.answerRefused, { question, by: entry.by, verdict });
  }

  #deliverCommand(): void {
    const waiting = [...this.#open].find(([, open]) => open.kind === 'inbox' && !open.abort);
    const entry = this.#commands[0];
    if (!waiting || !entry) return;
    this.#commands.shift();
    const [key, open] = waiting;
    open.abort = new AbortController();
    this.#parts.queue.put({ key, turn: { kind: 'inbox', command: entry.command, inboxSeq: entry.seq } });
  }

  #sleepUntil(dueAt: number, signal: AbortSignal): Promise<OperationSettled> {
    return new Promise((resolve, reject) => {
      const stop = this.#parts.clock.wakeAt(dueAt, () => resolve({ kind: 'timer' }));
      signal.addEventListener('abort', () => {
        stop();
        reject(new Error('timer dropped'));
      }, { once: true });
    });
  }

  #suspendIfIdle(): void {
    if (!this.#parts.queue.isEmpty) return;
    this.#idle = this.#onlyAbsentPeopleCanGoOn();
    if (this.#pauseDeadline !== undefined) {
      if (this.#idle) throw new Suspended('waiting');
      const stepsRunning = [...this.#open.values()].some((open) => open.abort && (open.kind === 'node' || open.kind === 'child'));
      if (!stepsRunning || this.#parts.clock.now() >= this.#pauseDeadline) throw new Suspended('paused');
      return;
    }
    if (!this.#idle) return;
    if (!this.#parts.onIdle) throw new Suspended('waiting');
    this.#parts.onIdle();
  }

  /** True when every operation in flight is a gate nobody here will answer and no timeout will decide. */
  #onlyAbsentPeopleCanGoOn(): boolean {
    const open = [...this.#open].filter(([, { kind }]) => kind !== 'inbox');
    const abandoned = new Set(
      open.flatMap(([key, { started }]) =>
        started?.kind === 'gate' && !this.#parts.gates.isAttended(key) && !decidesItself(started.question) ? [key] : [],
      ),
    );
    const stuck = ([key, { started }]: [OpKey, Open]): boolean => {
      if (abandoned.has(key)) return true;
      if (started?.kind === 'timer') return key.endsWith(timeoutSuffix) && abandoned.has(key.slice(0, -timeoutSuffix.length));
      return started?.kind === 'child' && this.#parts.children.isWaiting(started.runId);
    };
    return open.length > 0 && open.every(stuck);
  }

  #statusChange(): RunStatusChange | undefined {
    const waiting = this.#waitingFor();
    const state: RunState = waiting.length > 0 ? 'waiting' : 'running';
    const shown = JSON.stringify([state, waiting]);
    if (shown === this.#shown) return undefined;
    this.#shown = shown;
    return waiting.length > 0 ? { state, waiting } : { state };
  }

  /** What the run waits for, when nothing but people and time can move it. */
  #waitingFor(): readonly Waiting[] {
    const open = [...this.#open].filter(([, { kind }]) => kind !== 'inbox');
    const items = open.map(([key, { started, since }]) => this.#waitingOf(key, started, since));
    return items.some((item) => item === undefined) ? [] : items.flatMap((item) => item ?? []);
  }

  /** What an operation in flight waits for; undefined when it is work. */
  #waitingOf(key: OpKey, started: OperationStarted | undefined, since: number): readonly Waiting[] | undefined {
    if (started?.kind === 'gate') {
      const { question } = started;
      const until = question.timeoutMs === undefined ? {} : { until: since + question.timeoutMs };
      const purpose = question.metadata?.['purpose'] === 'budget' ? 'budget' : 'answer';
      return [{ for: purpose, key, stage: question.stage, question: question.text, since, ...until }];
    }
    if (started?.kind === 'timer') {
      return key.endsWith(timeoutSuffix) ? [] : [{ for: 'timer', key, since, until: started.dueAt }];
    }
    if (started?.kind === 'child' && this.#parts.children.isWaiting(started.runId)) {
      return [{ for: 'answer', key, question: `the child run ${started.runId} waits`, since }];
    }
    return undefined;
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }
}

function decidesItself(question: Question): boolean {
  return question.timeoutMs !== undefined && question.defaultKey !== undefined;
}

/** Timers beside a question carry its key with this suffix (wait.human). */
const timeoutSuffix = ':timeout';

const neverSettles = (): Promise<OperationSettled> =>
  Promise.reject(new OrchestraError('INTERNAL', 'the inbox is settled by commands only'));

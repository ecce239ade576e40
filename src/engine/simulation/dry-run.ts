import type { Command } from '../../contract/command.ts';
import type { WalkEvent } from '../../contract/event.ts';
import { matchOption, type Answer, type Question } from '../../contract/question.ts';
import type { Json } from '../../shared/json.ts';
import { Agenda } from './dry-run-agenda.ts';
import {
  Handoff,
  type Child,
  type ChildTelemetry,
  type Op,
  type OpKey,
  type OpKind,
  type RunContext,
  type Settled,
  type Traversal,
  type WalkResult,
} from '../ports/runtime.ts';
import type { NodeCall, NodeResult } from '../ports/step.ts';

/** What stands in for the world in a dry run: everything is decided at once, and time is virtual. */
export interface DryRunWorld {
  /** Virtual time stands still until the answer is there. A rejection ends the dry run with it. */
  step(call: NodeCall, key: OpKey): DryRunStep | Promise<DryRunStep>;
  /** The answer to a gate; undefined leaves it open: its timeout passes, or the dry run ends waiting. */
  answer(question: Question, key: OpKey): Answer | undefined;
  /** The traversal of a child pipeline. */
  child?(bundle: string, input: Readonly<Record<string, Json>>): Traversal;
  /** Commands sent to the run, in the order they arrive. */
  readonly commands?: readonly DryRunCommand[];
}

/** The result of a step, and how long it took. */
export interface DryRunStep extends NodeResult {
  /** 0 unless said. */
  readonly durationMs?: number;
}

export interface DryRunCommand {
  readonly command: Command;
  /** Virtual time of its arrival; 0 unless said. */
  readonly atMs?: number;
}

export interface DryRunResult {
  readonly state: WalkResult['state'] | 'waiting';
  /** Undefined when the run waits for a person. */
  readonly result: WalkResult | undefined;
  /** Without those of child pipelines. */
  readonly events: readonly WalkEvent[];
  readonly segments: number;
  /** Virtual milliseconds. */
  readonly durationMs: number;
}

/**
 * Walks a pipeline without effects, journal or real time: the simulation in the browser, and the
 * smallest implementation of the Runtime port. What falls due first settles first, in the order it was
 * started; children are walked beside their parent on the same clock.
 */
export async function dryRun(traversal: Traversal, world: DryRunWorld, runId = 'dry-run'): Promise<DryRunResult> {
  const agenda = new Agenda();
  const run = new DryRun(agenda, world, runId, world.commands ?? []);
  void run.walk(traversal);
  await agenda.play(() => run.result !== undefined);
  const { result, events, segment } = run;
  return { state: result?.state ?? 'waiting', result, events, segments: segment + 1, durationMs: agenda.nowMs };
}

/** Answers every gate with its default, else its first option: what a simulation assumes of people. */
export function agreeableAnswer(question: Question): Answer {
  const byDefault = question.defaultKey === undefined ? undefined : matchOption(question.defaultKey, question.options);
  const option = byDefault ?? question.options[0];
  return option ? { kind: 'choice', key: option.key } : { kind: 'choice', key: 'YES' };
}

/** One run on the agenda: the pipeline itself, or a child. */
class DryRun implements RunContext {
  readonly runId: string;
  segment = 0;
  handedOver: Json | undefined;
  result: WalkResult | undefined;
  readonly events: WalkEvent[] = [];
  readonly #agenda: Agenda;
  readonly #world: DryRunWorld;
  readonly #commands: DryRunCommand[];
  /** How to cancel what has not settled yet. */
  readonly #appointments = new Map<OpKey, () => void>();
  readonly #children = new Map<OpKey, DryRun>();
  #inboxCount = 0;
  #openInbox: OpKey | undefined;
  #goOn: ((settled: Settled) => void) | undefined;

  constructor(agenda: Agenda, world: DryRunWorld, runId: string, commands: readonly DryRunCommand[]) {
    this.#agenda = agenda;
    this.#world = world;
    this.runId = runId;
    this.#commands = [...commands];
  }

  /** Calls `ended` when the walk has ended; what it throws is the agenda's. */
  async walk(traversal: Traversal, ended?: (result: WalkResult) => void): Promise<void> {
    this.#agenda.work();
    try {
      while (!this.result) await this.#walkSegment(traversal);
      ended?.(this.result);
    } catch (thrown) {
      this.#agenda.fail(thrown);
    } finally {
      this.#agenda.rest();
    }
  }

  async #walkSegment(traversal: Traversal): Promise<void> {
    try {
      this.result = await traversal(this);
    } catch (thrown) {
      if (!(thrown instanceof Handoff)) throw thrown;
      this.segment += 1;
      this.handedOver = thrown.state;
    }
  }

  // RunContext

  node(key: OpKey, call: NodeCall): Op<'node'> {
    void this.#perform(key, call);
    return { key, kind: 'node' };
  }

  timer(key: OpKey, ms: number): Op<'timer'> {
    return this.#settleIn(ms, key, 'timer', () => ({ kind: 'timer', key }));
  }

  gate(key: OpKey, question: Question): Op<'gate'> {
    const answer = this.#world.answer(question, key);
    return answer ? this.#settleIn(0, key, 'gate', () => ({ kind: 'gate', key, answer })) : { key, kind: 'gate' };
  }

  child(key: OpKey, bundle: string, input: Readonly<Record<string, Json>>): Child {
    const traversal = this.#world.child?.(bundle, input);
    if (!traversal) throw new Error(`the dry run has no child pipeline ${bundle}`);
    const run = new DryRun(this.#agenda, this.#world, this.id(key), []);
    this.#children.set(key, run);
    void run.walk(traversal, (result) => this.#settleIn(0, key, 'child', () => ({ kind: 'child', key, result })));
    return {
      done: { key, kind: 'child' },
      observe: (observeKey) =>
        this.#settleIn(0, observeKey, 'observe', () => ({
          kind: 'observe',
          key: observeKey,
          telemetry: run.#telemetry(),
        })),
      send: (sendKey, command) =>
        this.#settleIn(0, sendKey, 'send', () => {
          run.#receive(command);
          return { kind: 'send', key: sendKey };
        }),
    };
  }

  inbox(): Op<'inbox'> {
    this.#inboxCount += 1;
    const key = `inbox#${this.#inboxCount}`;
    this.#openInbox = key;
    this.#deliver();
    return { key, kind: 'inbox' };
  }

  next(): Promise<Settled> {
    this.#agenda.rest();
    return new Promise((resolve) => (this.#goOn = resolve));
  }

  drop({ key, kind }: Op): void {
    this.#appointments.get(key)?.();
    this.#appointments.delete(key);
    if (kind !== 'child') return;
    const child = this.#children.get(key);
    if (child) child.#stop();
  }

  emit(event: WalkEvent): void {
    this.events.push(event);
  }

  now(): number {
    return this.#agenda.nowMs;
  }

  clockStart(): number {
    return 0;
  }

  /** Not unpredictable, only stable: nothing leaves a dry run. */
  id(key: string): string {
    let hash = 0x811c9dc5;
    for (const unit of `${this.runId}/${key}`) hash = Math.imul(hash ^ unit.charCodeAt(0), 0x01000193) >>> 0;
    return hash.toString(16).padStart(8, '0').repeat(4);
  }

  handoff(state: Json): never {
    throw new Handoff(state);
  }

  // Mechanics

  /** The place is taken before the step answers, so that steps settle in the order they were started. */
  async #perform(key: OpKey, call: NodeCall): Promise<void> {
    const place = this.#agenda.takePlace();
    let dropped = false;
    this.#appointments.set(key, () => (dropped = true));
    this.#agenda.work();
    try {
      const { durationMs = 0, ...result } = await this.#world.step(call, key);
      if (!dropped) this.#settleIn(durationMs, key, 'node', () => ({ kind: 'node', key, result }), place);
    } catch (thrown) {
      this.#agenda.fail(thrown);
    } finally {
      this.#agenda.rest();
    }
  }

  #settleIn<K extends OpKind>(ms: number, key: OpKey, kind: K, settle: () => Settled, place?: number): Op<K> {
    const happen = (): void => {
      this.#appointments.delete(key);
      this.#agenda.work();
      this.#goOn?.(settle());
    };
    this.#appointments.set(key, this.#agenda.appoint(this.#agenda.nowMs + ms, happen, place));
    return { key, kind };
  }

  #receive(command: Command): void {
    this.#commands.push({ command, atMs: this.#agenda.nowMs });
    this.#deliver();
  }

  #deliver(): void {
    const key = this.#openInbox;
    const next = key === undefined ? undefined : this.#commands.shift();
    if (key === undefined || !next) return;
    this.#openInbox = undefined;
    const { command, atMs = 0 } = next;
    this.#settleIn(atMs - this.#agenda.nowMs, key, 'inbox', () => ({ kind: 'inbox', key, command }));
  }

  #telemetry(): ChildTelemetry {
    const started = this.events.findLast((event) => event.type === 'StageStarted');
    const count = (type: WalkEvent['type']): number => this.events.filter((event) => event.type === type).length;
    return {
      status: this.result?.state ?? 'running',
      completedStages: count('StageCompleted'),
      retries: count('StageRetrying'),
      ...(started && !this.result ? { activeStage: started.name } : {}),
      ...(this.result ? { outcome: this.result.outcome.status } : {}),
    };
  }

  /** Nothing of this run or its children happens any more. */
  #stop(): void {
    for (const cancel of this.#appointments.values()) cancel();
    this.#appointments.clear();
    for (const child of this.#children.values()) child.#stop();
  }
}

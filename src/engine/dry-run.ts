import type { Command } from '../contract/command.ts';
import type { WalkEvent } from '../contract/event.ts';
import type { Answer, Question } from '../contract/question.ts';
import { matchOption } from '../contract/question.ts';
import type { Json } from '../shared/json.ts';
import { Handoff, type Child, type Op, type OpKey, type RunContext, type Settled, type Traversal, type WalkResult } from './ports/runtime.ts';
import type { NodeCall, NodeResult } from './ports/step.ts';

/** What stands in for the world in a dry run. Everything is decided at once, on a virtual clock. */
export interface DryRunWorld {
  step(call: NodeCall, key: OpKey): NodeResult;
  /** The answer to a gate; undefined leaves it open: its timeout passes, or the dry run ends waiting. */
  answer(question: Question, key: OpKey): Answer | undefined;
  /** The traversal of a child pipeline. */
  child?(bundle: string, input: Readonly<Record<string, Json>>): Traversal;
  /** Commands that lie in the inbox from the start. */
  readonly commands?: readonly Command[];
}

export interface DryRunResult {
  readonly state: WalkResult['state'] | 'waiting';
  readonly result: WalkResult | undefined;
  readonly events: readonly WalkEvent[];
  readonly segments: number;
}

/**
 * Walks a pipeline without effects, journal or real time: the simulation in the browser, and the
 * smallest implementation of the Runtime port. Ready operations settle in the order they were
 * started; when none is ready, the clock jumps to the next timer.
 */
export async function dryRun(traversal: Traversal, world: DryRunWorld, runId = 'dry-run'): Promise<DryRunResult> {
  const events: WalkEvent[] = [];
  let handedOver: Json | undefined;
  for (let segment = 0; ; segment += 1) {
    const context = new DryRunContext(runId, segment, handedOver, world, events);
    try {
      const result = await traversal(context);
      return { state: result.state, result, events, segments: segment + 1 };
    } catch (thrown) {
      if (thrown instanceof Waiting) return { state: 'waiting', result: undefined, events, segments: segment + 1 };
      if (!(thrown instanceof Handoff)) throw thrown;
      handedOver = thrown.state;
    }
  }
}

/** Nothing is left that could settle. */
class Waiting extends Error {}

interface Due {
  readonly at: number;
  readonly settle: () => Settled | Promise<Settled>;
}

class DryRunContext implements RunContext {
  readonly runId: string;
  readonly segment: number;
  readonly handedOver: Json | undefined;
  readonly #world: DryRunWorld;
  readonly #events: WalkEvent[];
  readonly #due = new Map<OpKey, Due>();
  readonly #commands: Command[];
  #commandCount = 0;
  #now = 0;

  constructor(runId: string, segment: number, handedOver: Json | undefined, world: DryRunWorld, events: WalkEvent[]) {
    this.runId = runId;
    this.segment = segment;
    this.handedOver = handedOver;
    this.#world = world;
    this.#events = events;
    this.#commands = segment === 0 ? [...(world.commands ?? [])] : [];
  }

  node(key: OpKey, call: NodeCall): Op<'node'> {
    this.#schedule(key, 0, () => ({ kind: 'node', key, result: this.#world.step(call, key) }));
    return { key, kind: 'node' };
  }

  timer(key: OpKey, ms: number): Op<'timer'> {
    this.#schedule(key, ms, () => ({ kind: 'timer', key }));
    return { key, kind: 'timer' };
  }

  gate(key: OpKey, question: Question): Op<'gate'> {
    const answer = this.#world.answer(question, key);
    if (answer !== undefined) this.#schedule(key, 0, () => ({ kind: 'gate', key, answer }));
    return { key, kind: 'gate' };
  }

  child(key: OpKey, bundle: string, input: Readonly<Record<string, Json>>): Child {
    const traversal = this.#world.child?.(bundle, input);
    if (!traversal) throw new Error(`no child pipeline ${bundle}`);
    this.#schedule(key, 0, async () => {
      const { result } = await dryRun(traversal, this.#world, this.id(key));
      return { kind: 'child', key, result: result ?? neverEnded };
    });
    return {
      done: { key, kind: 'child' },
      observe: (observeKey) => {
        const telemetry = { status: 'running', completedStages: 0, retries: 0 } as const;
        this.#schedule(observeKey, 0, () => ({ kind: 'observe', key: observeKey, telemetry }));
        return { key: observeKey, kind: 'observe' };
      },
      send: (sendKey) => {
        this.#schedule(sendKey, 0, () => ({ kind: 'send', key: sendKey }));
        return { key: sendKey, kind: 'send' };
      },
    };
  }

  inbox(): Op<'inbox'> {
    this.#commandCount += 1;
    const key = `inbox#${this.#commandCount}`;
    const command = this.#commands.shift();
    if (command) this.#schedule(key, 0, () => ({ kind: 'inbox', key, command }));
    return { key, kind: 'inbox' };
  }

  async next(inFlight: readonly Op[]): Promise<Settled> {
    let first: [OpKey, Due] | undefined;
    for (const { key } of inFlight) {
      const due = this.#due.get(key);
      if (due && (!first || due.at < first[1].at)) first = [key, due];
    }
    if (!first) throw new Waiting();
    const [key, due] = first;
    this.#due.delete(key);
    this.#now = Math.max(this.#now, due.at);
    return due.settle();
  }

  drop(op: Op): void {
    this.#due.delete(op.key);
  }

  emit(event: WalkEvent): void {
    this.#events.push(event);
  }

  now(): number {
    return this.#now;
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

  #schedule(key: OpKey, ms: number, settle: Due['settle']): void {
    this.#due.set(key, { at: this.#now + ms, settle });
  }
}

const neverEnded: WalkResult = {
  state: 'failed',
  outcome: { status: 'fail', failureReason: 'the child pipeline waits for a person' },
  context: {},
};

/** Answers every gate with its default, else its first option: what a simulation assumes of people. */
export function agreeableAnswer(question: Question): Answer {
  const byDefault = question.defaultKey === undefined ? undefined : matchOption(question.defaultKey, question.options);
  const option = byDefault ?? question.options[0];
  return option ? { kind: 'choice', key: option.key } : { kind: 'choice', key: 'YES' };
}

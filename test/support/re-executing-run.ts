import type { WalkEvent } from '../../src/contract/event.ts';
import {
  Handoff,
  type Child,
  type Op,
  type OpKey,
  type OpKind,
  type RunContext,
  type Settled,
  type Traversal,
  type WalkResult,
} from '../../src/engine/ports/runtime.ts';
import type { NodeCall } from '../../src/engine/ports/step.ts';
import type { Question } from '../../src/contract/question.ts';
import { canonicalJson, type Json } from '../../src/shared/json.ts';

/** An operation that has not settled, with what it was asked. */
export interface InFlight {
  readonly kind: OpKind;
  readonly key: OpKey;
  readonly question?: Question;
  readonly call?: NodeCall;
}

export interface Execution {
  /** Everything the walk asked for and emitted, in order. */
  readonly log: readonly string[];
  readonly inFlight: readonly InFlight[];
  /** Undefined while the walk waits for more. */
  readonly result: WalkResult | undefined;
}

/**
 * Executes a walk from its beginning, hands it the given settlements, and stops it when they are used
 * up: what a runtime does that keeps nothing but a journal. States handed over pass through JSON.
 */
export async function execute(traversal: Traversal, settlements: readonly Settled[]): Promise<Execution> {
  const run = new ReExecutingRun(settlements);
  for (;;) {
    try {
      const result = await traversal(run);
      return { log: run.log, inFlight: [], result };
    } catch (thrown) {
      if (thrown instanceof UsedUp) return { log: run.log, inFlight: [...run.inFlight.values()], result: undefined };
      if (!(thrown instanceof Handoff)) throw thrown;
      run.segment += 1;
      run.handedOver = JSON.parse(JSON.stringify(thrown.state)) as Json;
    }
  }
}

/** There are no more settlements. */
class UsedUp extends Error {}

class ReExecutingRun implements RunContext {
  readonly runId = 'run-1';
  segment = 0;
  handedOver: Json | undefined;
  readonly log: string[] = [];
  readonly inFlight = new Map<OpKey, InFlight>();
  readonly #settlements: readonly Settled[];
  #settled = 0;
  #inboxCount = 0;

  constructor(settlements: readonly Settled[]) {
    this.#settlements = settlements;
  }

  node(key: OpKey, call: NodeCall): Op<'node'> {
    const { view, ...recorded } = call;
    const { context, history } = view();
    this.#start({ kind: 'node', key, call }, { ...recorded, context: Object.fromEntries(context), history });
    return { key, kind: 'node' };
  }

  timer(key: OpKey, ms: number): Op<'timer'> {
    this.#start({ kind: 'timer', key }, ms);
    return { key, kind: 'timer' };
  }

  gate(key: OpKey, question: Question): Op<'gate'> {
    this.#start({ kind: 'gate', key, question }, question);
    return { key, kind: 'gate' };
  }

  child(key: OpKey, bundle: string, input: Readonly<Record<string, Json>>): Child {
    this.#start({ kind: 'child', key }, [bundle, input]);
    const part = <K extends OpKind>(kind: K, partKey: OpKey, detail: unknown): Op<K> => {
      this.#start({ kind, key: partKey }, detail);
      return { kind, key: partKey };
    };
    return {
      done: { key, kind: 'child' },
      observe: (observeKey) => part('observe', observeKey, ''),
      send: (sendKey, command) => part('send', sendKey, command),
    };
  }

  inbox(): Op<'inbox'> {
    this.#inboxCount += 1;
    const key = `inbox#${this.#inboxCount}`;
    this.inFlight.set(key, { kind: 'inbox', key });
    return { key, kind: 'inbox' };
  }

  async next(inFlight: readonly Op[]): Promise<Settled> {
    const waited = inFlight.map(({ key }) => key).toSorted();
    const open = [...this.inFlight.keys()].toSorted();
    if (waited.join() !== open.join())
      throw new Error(`the walk waits for ${waited.join()}, but started ${open.join()}`);
    const settled = this.#settlements[this.#settled];
    if (!settled) throw new UsedUp();
    this.#settled += 1;
    if (!this.inFlight.delete(settled.key)) throw new Error(`${settled.key} settles without having been started`);
    return settled;
  }

  drop({ key }: Op, reason: string): void {
    if (!this.inFlight.delete(key)) throw new Error(`${key} is dropped without being in flight`);
    this.log.push(`drop ${key}: ${reason}`);
  }

  emit(event: WalkEvent): void {
    this.log.push(`emit ${canonicalJson(event)}`);
  }

  now(): number {
    return this.#settled * 10;
  }

  clockStart(): number {
    return 0;
  }

  id(key: string): string {
    return [...key]
      .reduce((hash, letter) => (hash * 31 + letter.charCodeAt(0)) % 0x1_0000_0000, 7)
      .toString(16)
      .padStart(8, '0')
      .repeat(4);
  }

  handoff(state: Json): never {
    this.log.push(`handoff ${canonicalJson(state)}`);
    // The inbox is the run's, not the segment's; everything else must have been dropped.
    for (const { kind, key } of this.inFlight.values())
      if (kind !== 'inbox') throw new Error(`${key} is left behind by a handoff`);
    this.inFlight.clear();
    throw new Handoff(state);
  }

  #start(op: InFlight, detail: unknown): void {
    const started = `start ${op.kind} ${op.key}`;
    if (this.log.some((line) => line.startsWith(`${started} `))) throw new Error(`${op.key} was started before`);
    this.inFlight.set(op.key, op);
    this.log.push(`${started} ${canonicalJson(detail)}`);
  }
}

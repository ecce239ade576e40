import type { Command } from '../../src/contract/command.ts';
import type { WalkEvent } from '../../src/contract/event.ts';
import type { Question } from '../../src/contract/question.ts';
import type { Child, Op, OpKey, RunContext, Settled, Traversal } from '../../src/engine/ports/runtime.ts';
import type { NodeCall } from '../../src/engine/ports/step.ts';
import { canonicalJson, type Json } from '../../src/shared/json.ts';

/**
 * A traversal that forgets everything at every `next`: the walk is executed again from its beginning,
 * against what it asked for and what it was given before, and only what it asks for beyond that reaches
 * the runtime. Whatever a walk keeps outside its settlements, and any order it does not repeat, fails at
 * once. Settlements pass through text, so that two executions share no object.
 */
export function reExecuting(traversal: Traversal): Traversal {
  return async (run) => {
    const record: WalkRecord = { asked: [], settled: [], startedAt: run.now() };
    for (;;) {
      const execution = new Execution(run, record);
      try {
        return await traversal(execution);
      } catch (thrown) {
        if (!(thrown instanceof UsedUp)) throw thrown;
      }
      const settled = await run.next(execution.waitedFor);
      record.settled.push({ text: JSON.stringify(settled), at: run.now() });
    }
  };
}

interface WalkRecord {
  /** What the walk asked for, each with what the runtime answered. */
  readonly asked: { readonly text: string; readonly answer: unknown }[];
  readonly settled: { readonly text: string; readonly at: number }[];
  readonly startedAt: number;
}

/** The walk has consumed every settlement so far. */
class UsedUp extends Error {}

class Execution implements RunContext {
  readonly #run: RunContext;
  readonly #record: WalkRecord;
  #asked = 0;
  #settled = 0;
  #now: number;
  waitedFor: readonly Op[] = [];

  constructor(run: RunContext, record: WalkRecord) {
    this.#run = run;
    this.#record = record;
    this.#now = record.startedAt;
  }

  get runId(): string {
    return this.#run.runId;
  }

  get segment(): number {
    return this.#run.segment;
  }

  get handedOver(): Json | undefined {
    const { handedOver } = this.#run;
    return handedOver === undefined ? undefined : (JSON.parse(JSON.stringify(handedOver)) as Json);
  }

  node(key: OpKey, call: NodeCall): Op<'node'> {
    const { view, ...recorded } = call;
    const { context, history } = view();
    return this.#ask(['node', key, recorded, Object.fromEntries(context), history], () => this.#run.node(key, call));
  }

  timer(key: OpKey, ms: number, reason?: string): Op<'timer'> {
    return this.#ask(['timer', key, ms, reason], () => this.#run.timer(key, ms, reason));
  }

  gate(key: OpKey, question: Question): Op<'gate'> {
    return this.#ask(['gate', key, question], () => this.#run.gate(key, question));
  }

  child(key: OpKey, bundle: string, input: Readonly<Record<string, Json>>): Child {
    const child = this.#ask(['child', key, bundle, input], () => this.#run.child(key, bundle, input));
    return {
      done: child.done,
      observe: (observeKey) => this.#ask(['observe', observeKey], () => child.observe(observeKey)),
      send: (sendKey, command: Command) => this.#ask(['send', sendKey, command], () => child.send(sendKey, command)),
    };
  }

  inbox(): Op<'inbox'> {
    return this.#ask(['inbox'], () => this.#run.inbox());
  }

  async next(inFlight: readonly Op[]): Promise<Settled> {
    this.waitedFor = inFlight;
    const settled = this.#record.settled[this.#settled];
    if (!settled) throw new UsedUp();
    this.#settled += 1;
    this.#now = settled.at;
    // Written from a settlement just above.
    return JSON.parse(settled.text) as Settled;
  }

  drop(op: Op, reason: string): void {
    this.#ask(['drop', op.key, reason], () => this.#run.drop(op, reason));
  }

  emit(event: WalkEvent): void {
    this.#ask(['emit', event], () => this.#run.emit(event));
  }

  now(): number {
    return this.#now;
  }

  clockStart(): number {
    return this.#run.clockStart();
  }

  id(key: string): string {
    return this.#run.id(key);
  }

  handoff(state: Json): never {
    return this.#run.handoff(state);
  }

  /** Asks the runtime what was not asked before; else gives its answer of then. */
  #ask<T>(request: unknown, forward: () => T): T {
    const text = canonicalJson(request);
    const before = this.#record.asked[this.#asked];
    this.#asked += 1;
    if (!before) {
      const answer = forward();
      this.#record.asked.push({ text, answer });
      return answer;
    }
    if (before.text !== text) throw new Error(`the walk asked for ${before.text}, and executed again for ${text}`);
    // The same request had an answer of the same type.
    return before.answer as T;
  }
}

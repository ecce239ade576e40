import type { Op, OpKey, OpKind, RunContext, Settled } from '../ports/runtime.ts';
import type { Strand } from './strand.ts';

type Resume<K extends OpKind> = (settled: Extract<Settled, { kind: K }>) => void;

interface Pending {
  readonly op: Op;
  readonly strand: Strand | undefined;
  readonly resume: (settled: Settled) => void;
}

/**
 * The set of operations in flight, and what to do when each settles. There is one such set per walk:
 * fan-outs and child pipelines are more entries in it, never more awaits.
 */
export class Operations {
  readonly #run: RunContext;
  readonly #pending = new Map<OpKey, Pending>();

  constructor(run: RunContext) {
    this.#run = run;
  }

  get inFlight(): readonly Op[] {
    return Array.from(this.#pending.values(), (pending) => pending.op);
  }

  /** Continues with `resume` when `op` settles. `strand` is undefined for operations of the run itself. */
  when<K extends OpKind>(op: Op<K>, strand: Strand | undefined, resume: Resume<K>): void {
    // The runtime settles an operation with its own kind, so the narrowed callback is sound.
    this.#pending.set(op.key, { op, strand, resume: resume as (settled: Settled) => void });
  }

  settle(settled: Settled): void {
    const pending = this.#pending.get(settled.key);
    // A settlement may cross with a drop of the same turn; the drop was decided first.
    if (!pending) return;
    this.#pending.delete(settled.key);
    pending.resume(settled);
  }

  drop(key: OpKey, reason: string): void {
    const pending = this.#pending.get(key);
    if (!pending) return;
    this.#pending.delete(key);
    this.#run.drop(pending.op, reason);
  }

  /** Drops everything a strand and the branches below it wait for. */
  dropStrand(strand: Strand, reason: string): void {
    for (const { op, strand: owner } of [...this.#pending.values()]) {
      if (owner && isWithin(owner, strand)) this.drop(op.key, reason);
    }
  }

  dropAll(reason: string): void {
    for (const { op } of [...this.#pending.values()]) this.drop(op.key, reason);
  }
}

/** Whether `strand` is `ancestor` or one of the branches below it. */
export function isWithin(strand: Strand, ancestor: Strand): boolean {
  for (let at: Strand | undefined = strand; at; at = at.parent) if (at === ancestor) return true;
  return false;
}

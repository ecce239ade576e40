import type { OpKey, OpKind } from '../../engine/ports/runtime.ts';
import type { SettleQueue } from './settle-queue.ts';
import type { OperationSettled, OperationStarted } from './turns.ts';

/** An operation the walk asked for and that has not settled. */
export interface Operation {
  readonly key: OpKey;
  readonly kind: Exclude<OpKind, 'inbox'>;
  readonly started: OperationStarted;
  /** When the walk asked for it first. */
  readonly since: number;
  /** An earlier process started it and may have left traces. */
  readonly isRelaunch: boolean;
  /** Does the work. Rejects only when `signal` was aborted, or when the runtime itself cannot go on. */
  readonly run: (signal: AbortSignal) => Promise<OperationSettled>;
}

interface Running {
  readonly abort: AbortController;
  isOver: boolean;
}

/** Why an operation is aborted: its result no longer matters, or it goes on in a later process. */
export const dropped = Symbol('dropped');
export const suspended = Symbol('suspended');

/**
 * The operations of one run that have not settled, over all its segments. What the walk asks for is
 * `opened`, and begins at the next `launch`, which follows the commit (R1).
 */
export class InFlight {
  readonly #queue: SettleQueue;
  readonly #failed: (error: unknown) => void;
  readonly #open = new Map<OpKey, Operation>();
  readonly #running = new Map<OpKey, Running>();
  readonly #unlaunched = new Set<OpKey>();
  readonly #work = new Set<Promise<void>>();
  readonly #unneeded: AbortController[] = [];

  /** @param failed told of an operation that ended in neither way it may */
  constructor(queue: SettleQueue, failed: (error: unknown) => void) {
    this.#queue = queue;
    this.#failed = failed;
  }

  /** Whether something runs still, be it closed or not. */
  get isAlive(): boolean {
    return this.#work.size > 0;
  }

  /** Whether a step or a child run is under way. */
  get hasRunningWork(): boolean {
    return [...this.#open.values()].some(
      ({ key, kind }) => (kind === 'node' || kind === 'child') && this.#running.has(key),
    );
  }

  isRunning(key: OpKey): boolean {
    return this.#running.has(key);
  }

  get(key: OpKey): Operation | undefined {
    return this.#open.get(key);
  }

  /** In the order they were asked for. */
  all(): IterableIterator<Operation> {
    return this.#open.values();
  }

  /** One that is running already, in an earlier segment, goes on. */
  open(operation: Operation): void {
    this.#open.set(operation.key, operation);
    if (!this.#running.has(operation.key)) this.#unlaunched.add(operation.key);
  }

  /** Takes out a settled or dropped operation; what of it still runs is ended by `endUnneeded`. */
  close(key: OpKey): void {
    const running = this.#running.get(key);
    if (running && !running.isOver) this.#unneeded.push(running.abort);
    this.#running.delete(key);
    this.#unlaunched.delete(key);
    this.#open.delete(key);
  }

  /** Takes out all operations, running as they are, for the next segment to ask for again. */
  handOver(): Map<OpKey, Operation> {
    const operations = new Map(this.#open);
    this.#open.clear();
    this.#unlaunched.clear();
    return operations;
  }

  /** Begins what was opened since the last time. */
  launch(): void {
    for (const key of this.#unlaunched) {
      const operation = this.#open.get(key);
      if (operation) this.#launchOne(operation);
    }
    this.#unlaunched.clear();
  }

  /** Aborts what was closed since the last time. */
  endUnneeded(): void {
    for (const abort of this.#unneeded.splice(0)) abort.abort(dropped);
  }

  /** Ends what was closed; resolves when nothing runs any more. Only for a run with nothing open. */
  async end(): Promise<void> {
    this.endUnneeded();
    await Promise.allSettled(this.#work);
  }

  /** Aborts everything, so that a later process can go on with it; nothing of it runs when this resolves. */
  async suspend(): Promise<void> {
    for (const { abort } of this.#running.values()) abort.abort(suspended);
    await this.end();
  }

  #launchOne({ key, run }: Operation): void {
    const abort = new AbortController();
    const running: Running = { abort, isOver: false };
    this.#running.set(key, running);
    const work = run(abort.signal).then(
      (turn) => {
        running.isOver = true;
        if (!abort.signal.aborted) this.#queue.put({ key, turn });
      },
      (error: unknown) => {
        if (!abort.signal.aborted) this.#failed(error);
      },
    );
    this.#work.add(work);
    void work.finally(() => this.#work.delete(work));
  }
}

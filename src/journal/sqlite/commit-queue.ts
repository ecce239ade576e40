import { setImmediate as nextLoopTurn } from 'node:timers/promises';
import type { RunChange } from '../../engine/ports/journal.ts';
import { failpoint } from '../../shared/failpoint.ts';
import { type BusyOptions, retryWhileBusy } from './busy.ts';
import type { Database } from './database.ts';
import { StorageError } from './storage-error.ts';

/**
 * The only writer of the database. Writes asked for in one turn of the event loop share one
 * transaction and so one fsync. A write is a synchronous function of SQL statements:
 * - what it throws refuses it alone; its traces are rolled back and the others are committed;
 * - a failing disk fails every write asked for so far: none is stored after an earlier one was lost;
 * - while another process holds the lock, all wait in order, and the event loop goes on.
 */
export class CommitQueue {
  readonly #database: Database;
  readonly #options: CommitQueueOptions;
  #waiting: PendingWrite[] = [];
  #draining: Promise<void> | undefined;

  constructor(database: Database, options: CommitQueueOptions) {
    this.#database = database;
    this.#options = options;
  }

  /** Resolves with the result of `write` once it is durable. What it changes in a run is reported to `onCommitted`. */
  submit<T>(write: () => T, runId?: string, change: RunChange = 'anything'): Promise<T> {
    return new Promise((resolve, reject) => {
      // The queue is of mixed results; each resolver is given that of its own write.
      this.#waiting.push({ write, runId, change, resolve: resolve as (result: unknown) => void, reject });
      this.#draining ??= this.#drain();
    });
  }

  /** Resolves when nothing is waiting any more. */
  async idle(): Promise<void> {
    while (this.#draining) await this.#draining;
  }

  async #drain(): Promise<void> {
    while (this.#waiting.length > 0) {
      await nextLoopTurn();
      try {
        const settled = await retryWhileBusy(() => this.#commitOnce(), this.#options.busy);
        announce(settled, this.#options.onCommitted);
      } catch (error) {
        for (const { reject } of this.#waiting.splice(0)) reject(error);
      }
    }
    this.#draining = undefined;
  }

  /** One transaction, in one go: no await between its beginning and its end. */
  #commitOnce(): readonly SettledWrite[] {
    this.#database.run('begin immediate');
    const group = this.#waiting.splice(0, this.#options.largestGroup);
    try {
      this.#options.beforeWrites();
      const settled = group.map((pending) => this.#attempt(pending, group.length > 1));
      failpoint('journal:before-commit');
      this.#database.run('commit');
      failpoint('journal:after-commit');
      return settled;
    } catch (error) {
      // A full disk may have ended the transaction already.
      if (this.#database.inTransaction) this.#database.run('rollback');
      this.#waiting.unshift(...group);
      throw error;
    }
  }

  #attempt(pending: PendingWrite, hasCompany: boolean): SettledWrite {
    if (hasCompany) this.#database.run('savepoint one');
    try {
      const result = pending.write();
      if (hasCompany) this.#database.run('release one');
      return { pending, result };
    } catch (refusal) {
      if (refusal instanceof StorageError) throw refusal;
      this.#database.run(hasCompany ? 'rollback to one' : 'rollback');
      this.#database.run(hasCompany ? 'release one' : 'begin immediate');
      return { pending, refusal };
    }
  }
}

export interface CommitQueueOptions {
  readonly busy: BusyOptions;
  /** So that one commit does not hold the event loop, or the other processes, for long. */
  readonly largestGroup: number;
  /** Runs inside each transaction before its writes; what it throws fails them all. */
  readonly beforeWrites: () => void;
  /** Told the runs whose writes were committed, and how they changed. */
  readonly onCommitted: (changes: ReadonlyMap<string, RunChange>) => void;
}

interface PendingWrite {
  readonly write: () => unknown;
  readonly runId: string | undefined;
  readonly change: RunChange;
  readonly resolve: (result: unknown) => void;
  readonly reject: (reason: unknown) => void;
}

type SettledWrite =
  | { readonly pending: PendingWrite; readonly result: unknown }
  | { readonly pending: PendingWrite; readonly refusal: unknown };

function announce(settled: readonly SettledWrite[], onCommitted: CommitQueueOptions['onCommitted']): void {
  const changes = new Map<string, RunChange>();
  for (const write of settled) {
    if ('refusal' in write) {
      write.pending.reject(write.refusal);
      continue;
    }
    const { runId, change, resolve } = write.pending;
    resolve(write.result);
    if (runId === undefined) continue;
    const isOnlyTurns = change === 'turns' && changes.get(runId) !== 'anything';
    changes.set(runId, isOnlyTurns ? 'turns' : 'anything');
  }
  onCommitted(changes);
}

import { type FSWatcher, watch as watchFolder } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { RunChange } from '../../engine/ports/journal.ts';
import type { Database } from './database.ts';
import { BusyError, StorageError } from './storage-error.ts';

type Listener = (change: RunChange) => void;

/** Longest time until a change by another process is noticed where the system does not tell of file changes. */
const pollMs = 200;

/** One look for all file events of this time: a process that commits again and again meets its own. */
const gatheringMs = 20;

/**
 * Wakes those who watch runs. Commits of this process are announced to it directly. Those of others
 * are noticed when the system reports a change of the write-ahead log beside the database, and by
 * polling, which suffices alone: file events are no more than a hint to poll now. Either way the
 * database's change counter decides, and then the state of each watched run.
 */
export class Watcher {
  readonly #database: Database;
  readonly #listeners = new Map<string, Set<Listener>>();
  readonly #lastSeen = new Map<string, string>();
  #dataVersion = 0;
  #timer: NodeJS.Timeout | undefined;
  #events: FSWatcher | undefined;
  #gathering: NodeJS.Timeout | undefined;

  constructor(database: Database) {
    this.#database = database;
  }

  watch(runId: string, listener: Listener): () => void {
    // A listener of its own, so that the same function can watch twice.
    const call: Listener = (change) => listener(change);
    const listeners = this.#listeners.get(runId);
    if (listeners) listeners.add(call);
    else this.#add(runId, call);
    return () => this.#remove(runId, call);
  }

  /** Tells of commits of this process. */
  announce(changes: ReadonlyMap<string, RunChange>): void {
    for (const [runId, change] of changes) this.#wake(this.#listeners.get(runId), change);
  }

  close(): void {
    this.#listeners.clear();
    this.#stop();
  }

  #wake(listeners: ReadonlySet<Listener> = new Set(), change: RunChange = 'anything'): void {
    for (const listener of listeners) queueMicrotask(() => listener(change));
  }

  #add(runId: string, listener: Listener): void {
    if (this.#listeners.size === 0) this.#start();
    this.#listeners.set(runId, new Set([listener]));
    this.#quietly(() => this.#lastSeen.set(runId, this.#stateOf(runId)));
  }

  #remove(runId: string, listener: Listener): void {
    const listeners = this.#listeners.get(runId);
    listeners?.delete(listener);
    if (listeners?.size !== 0) return;
    this.#listeners.delete(runId);
    this.#lastSeen.delete(runId);
    if (this.#listeners.size === 0) this.#stop();
  }

  #start(): void {
    this.#quietly(() => (this.#dataVersion = this.#readDataVersion()));
    this.#timer = setInterval(() => this.#poll(), pollMs).unref();
    const log = `${basename(this.#database.path)}-wal`;
    try {
      this.#events = watchFolder(dirname(this.#database.path), { persistent: false }, (_event, file) => {
        if (file === log) this.#pollSoon();
      });
      this.#events.on('error', () => this.#stopEvents());
    } catch (error) {
      // The system has no more watches to give, or knows none: polling goes on.
      if (!(error instanceof Error && 'code' in error)) throw error;
    }
  }

  #stop(): void {
    clearInterval(this.#timer);
    clearTimeout(this.#gathering);
    this.#gathering = undefined;
    this.#stopEvents();
  }

  #stopEvents(): void {
    this.#events?.close();
    this.#events = undefined;
  }

  #pollSoon(): void {
    this.#gathering ??= setTimeout(() => {
      this.#gathering = undefined;
      this.#poll();
    }, gatheringMs).unref();
  }

  #poll(): void {
    this.#quietly(() => {
      const version = this.#readDataVersion();
      if (version === this.#dataVersion) return;
      this.#dataVersion = version;
      for (const [runId, listeners] of this.#listeners) {
        const state = this.#stateOf(runId);
        if (state === this.#lastSeen.get(runId)) continue;
        this.#lastSeen.set(runId, state);
        this.#wake(listeners);
      }
    });
  }

  /** Changes when another connection has committed. */
  #readDataVersion(): number {
    return this.#database.get<{ data_version: number }>('pragma data_version')?.data_version ?? 0;
  }

  #stateOf(runId: string): string {
    const row = this.#database.get(
      `select (select max(seq) from turn where turn.run = run.number) as turn,
              (select max(seq) from inbox where inbox.run = run.number) as entry,
              (select state || updated_at from status where status.run = run.number) as state,
              (select token || '/' || held from lease where lease.run = run.number) as lease
       from run where id = ?`,
      runId,
    );
    return JSON.stringify(row ?? null);
  }

  /** A busy database is looked at again later; on a failing one all are woken, to meet the error where they read. */
  #quietly(look: () => void): void {
    try {
      look();
    } catch (error) {
      if (error instanceof BusyError) return;
      if (!(error instanceof StorageError)) throw error;
      for (const listeners of this.#listeners.values()) this.#wake(listeners);
    }
  }
}

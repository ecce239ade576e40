import { statSync } from 'node:fs';
import { join } from 'node:path';
import type {
  BlobHash,
  Branch,
  Journal,
  Kept,
  Lease,
  LeaseHolder,
  NewInboxEntry,
  NewRun,
  NewTurn,
  ReadTurns,
  RunChange,
  RunFilter,
  RunRow,
  RunStatusChange,
  Turn,
} from '../../engine/ports/journal.ts';
import type { FoldSnapshot } from '../../engine/ports/journal-snapshots.ts';
import type { Compaction, Swept, Weight } from '../../engine/ports/journal-upkeep.ts';
import { loadBlake3, type Blake3 } from '../../shared/hash.ts';
import type { Json } from '../../shared/json.ts';
import { makeFolders } from '../../shared/make-folders.ts';
import { livenessOf, steadyNow } from '../../shared/process/identity.ts';
import { createRedactor, type Redactor } from '../../shared/redaction.ts';
import { keepPayload, redactContent } from '../door.ts';
import type { OwnershipRule } from '../ownership.ts';
import type { Path } from '../path.ts';
import { UnreferencedBlobs } from '../unreferenced-blobs.ts';
import * as blobs from './blobs.ts';
import { type BusyOptions, type OnWaiting, retryWhileBusy } from './busy.ts';
import { CommitQueue } from './commit-queue.ts';
import { compactFile } from './compact.ts';
import type { Database } from './database.ts';
import * as inbox from './inbox.ts';
import * as leases from './leases.ts';
import { refuseNewerSchema } from './migrate.ts';
import { refuseNetworkFileSystem } from './network-file-system.ts';
import { openDatabase } from './open-database.ts';
import { pathOfRun } from './paths.ts';
import { removeTree, weighTree } from './removal.ts';
import { rewindRun } from './rewind.ts';
import * as runs from './runs.ts';
import { currentSchema } from './schema.ts';
import { decodeSnapshot, encodeSnapshot, insertSnapshot, readSnapshot } from './snapshots.ts';
import { translateFileError } from './storage-error.ts';
import { type Access, sweepBlobs, weighBlobs } from './sweep.ts';
import { treeOf } from './tree.ts';
import * as turns from './turns.ts';
import { Watcher } from './watcher.ts';

export interface SqliteJournalOptions extends Partial<OwnershipRule> {
  /** Holds `journal.db`; created when absent. */
  readonly folder: string;
  /** Knows the configured secrets; without it only known shapes of credentials are redacted. */
  readonly redactor?: Redactor;
  /** Told while another process holds the lock of the database, with the time waited so far and who it is. */
  readonly onWaiting?: OnWaiting;
  /** How long to wait for that lock before `JOURNAL_UNAVAILABLE`; 20 s by default, less than a heartbeat may be late. */
  readonly lockLimitMs?: number;
  /** Tells the type of the file system of a folder, as statfs(2) does. */
  readonly fileSystemOf?: (folder: string) => number;
}

/**
 * Opens the journal of a project: one SQLite file in WAL mode with synchronous FULL, shared by any
 * number of processes of one machine. A file with a newer schema is opened for reading only.
 * Throws `JOURNAL_UNAVAILABLE`, `JOURNAL_CORRUPT` or `NETWORK_FILE_SYSTEM`.
 */
export async function openSqliteJournal(options: SqliteJournalOptions): Promise<Journal> {
  const path = join(options.folder, 'journal.db');
  try {
    makeFolders(options.folder);
    refuseNetworkFileSystem(options.folder, options.fileSystemOf);
    refuseFolder(path);
  } catch (error) {
    throw translateFileError(error, path);
  }
  const busy: BusyOptions = {
    path,
    limitMs: options.lockLimitMs ?? 20_000,
    onWaiting: options.onWaiting ?? (() => undefined),
  };
  const database = await openDatabase(path, busy);
  const rule: OwnershipRule = {
    livenessOf: options.livenessOf ?? livenessOf,
    now: options.now ?? Date.now,
    // Whoever brings one clock brings both.
    steadyNow: options.now ? options.steadyNow : steadyNow,
  };
  return new SqliteJournal({
    database,
    busy,
    rule,
    redactor: options.redactor ?? createRedactor(),
    digest: await loadBlake3(),
  });
}

/** SQLite would say no more than that it cannot be opened. */
function refuseFolder(path: string): void {
  if (!statSync(path, { throwIfNoEntry: false })?.isDirectory()) return;
  throw Object.assign(new Error('EISDIR: it is a folder'), { code: 'EISDIR' });
}

interface Parts {
  readonly database: Database;
  readonly busy: BusyOptions;
  readonly rule: OwnershipRule;
  readonly redactor: Redactor;
  readonly digest: Blake3;
}

/** Rows of runs looked at in one go. */
const runsPage = 256;

class SqliteJournal implements Journal {
  readonly redactor: Redactor;
  readonly #parts: Parts;
  readonly #database: Database;
  readonly #writes: CommitQueue;
  readonly #watcher: Watcher;
  readonly #unreferenced: UnreferencedBlobs;

  constructor(parts: Parts) {
    this.#parts = parts;
    this.redactor = parts.redactor;
    this.#database = parts.database;
    this.#watcher = new Watcher(parts.database);
    this.#unreferenced = new UnreferencedBlobs({
      has: (hash) => blobs.hasBlob(parts.database, hash),
      // Compressing takes another turn of the loop, and a transaction takes none.
      insert: (hash, data) => blobs.insertBlob(parts.database, hash, { bytes: data.byteLength, encoding: 'raw', data }),
    });
    this.#writes = new CommitQueue(parts.database, {
      busy: parts.busy,
      largestGroup: 512,
      beforeWrites: () => refuseNewerSchema(parts.database, currentSchema),
      onCommitted: (changes) => this.#watcher.announce(changes),
    });
  }

  async createRun(run: NewRun): Promise<RunRow> {
    return this.#writes.submit(() => {
      this.#unreferenced.assure([run.bundle, run.settings]);
      runs.insertRun(this.#database, run);
      const row = runs.readRun(this.#database, run.id, this.#parts.rule);
      if (row === undefined) throw new Error('a run that was just created is not there');
      return row;
    }, run.id);
  }

  async run(runId: string): Promise<RunRow | undefined> {
    return this.#read(() => runs.readRun(this.#database, runId, this.#parts.rule));
  }

  async runs(filter: RunFilter = {}): Promise<readonly RunRow[]> {
    const limit = filter.limit ?? Number.POSITIVE_INFINITY;
    const found: RunRow[] = [];
    let before: number | undefined = Number.MAX_SAFE_INTEGER;
    while (before !== undefined && found.length < limit) {
      const from: number = before;
      // Of those asked for some may be left out again: a few more are looked at than are missing.
      const size = Math.min(runsPage, limit - found.length + 16);
      const page = await this.#read(() => runs.readRuns(this.#database, filter, this.#parts.rule, from, size));
      found.push(...page.rows);
      before = page.next;
    }
    return found.slice(0, limit);
  }

  keep<T extends Json>(payload: T): Promise<Kept<T>> {
    return keepPayload(payload, this.#parts.redactor, {
      store: (content) => this.#storeBlob(content),
      has: (hash) => this.#read(() => blobs.hasBlob(this.#database, hash)),
    });
  }

  async putBlob(content: Uint8Array | string): Promise<BlobHash> {
    return this.#storeBlob(redactContent(content, this.#parts.redactor));
  }

  async getBlob(hash: BlobHash): Promise<Uint8Array | undefined> {
    const stored = await this.#read(() => blobs.readBlob(this.#database, hash));
    return stored && blobs.decodeBlob(hash, stored, this.#parts.digest);
  }

  async acquire(runId: string, holder: LeaseHolder): Promise<Lease> {
    return this.#writes.submit(() => leases.takeLease(this.#database, runId, holder, this.#parts.rule), runId);
  }

  async heartbeat(lease: Lease): Promise<void> {
    this.#database.assertInPlace();
    // No run id: a heartbeat is no change that anybody waits for.
    await this.#writes.submit(() => leases.beat(this.#database, lease, this.#parts.rule));
  }

  async release(lease: Lease): Promise<void> {
    await this.#writes.submit(() => leases.giveUpLease(this.#database, lease), lease.runId);
  }

  async leaseOf(runId: string) {
    return this.#read(() => leases.readLease(this.#database, runId, this.#parts.rule));
  }

  async append(lease: Lease, newTurns: readonly NewTurn[], status?: RunStatusChange): Promise<readonly Turn[]> {
    // Questions are shown in lists: they pass the door like any payload.
    const kept = status && this.#parts.redactor.json({ ...status } as unknown as Json);
    const change = kept as RunStatusChange | undefined;
    const { rule } = this.#parts;
    const write = (): readonly Turn[] => {
      this.#unreferenced.assure(newTurns);
      return turns.appendToMain(this.#database, lease, newTurns, change, rule.now());
    };
    return this.#writes.submit(write, lease.runId, change ? 'anything' : 'turns');
  }

  async rewind(lease: Lease, toSeq: number): Promise<void> {
    const { rule } = this.#parts;
    await this.#writes.submit(() => rewindRun(this.#database, lease, toSeq, rule), lease.runId);
  }

  async openBranch(lease: Lease, key: string): Promise<Branch> {
    if (key === '') throw new Error('the branch of an operation needs a key');
    return this.#writes.submit(() => turns.openBranch(this.#database, lease, key), lease.runId);
  }

  async appendToBranch(branch: Branch, newTurns: readonly NewTurn[]): Promise<readonly Turn[]> {
    const write = (): readonly Turn[] => {
      this.#unreferenced.assure(newTurns);
      return turns.appendToBranch(this.#database, branch, newTurns);
    };
    return this.#writes.submit(write, branch.runId, 'turns');
  }

  turns(runId: string, { branch = '', upToSeq, ...wanted }: ReadTurns = {}): AsyncIterable<Turn> {
    return turns.pages(async () => {
      const path = await this.#path(runId, upToSeq);
      const read: turns.Reading['page'] = (part, size) =>
        this.#read(() => turns.branchPage(this.#database, branch, part, size));
      return { path, page: read };
    }, wanted);
  }

  tail(runId: string, afterSeq: number, upToSeq?: number): AsyncIterable<Turn> {
    return turns.pages(
      async () => {
        const path = await this.#path(runId, upToSeq);
        return { path, page: (part, size) => this.#read(() => turns.runPage(this.#database, part, size)) };
      },
      { afterSeq },
    );
  }

  async send(runId: string, entry: NewInboxEntry): Promise<'accepted' | 'already'> {
    return this.#writes.submit(() => {
      this.#unreferenced.assure([entry.command]);
      return inbox.addToInbox(this.#database, runId, entry);
    }, runId);
  }

  async inbox(runId: string, afterSeq: number) {
    return this.#read(() => inbox.readInbox(this.#database, runId, afterSeq));
  }

  watch(runId: string, listener: (change: RunChange) => void): () => void {
    return this.#watcher.watch(runId, listener);
  }

  async summarize(runId: string, upToSeq: number, summary: Kept): Promise<void> {
    // No run id: what is derived is no change that anybody waits for.
    await this.#writes.submit(() => runs.writeSummary(this.#database, runId, upToSeq, summary));
  }

  async keepSnapshot(runId: string, snapshot: FoldSnapshot): Promise<boolean> {
    const stored = await encodeSnapshot(snapshot, this.#parts.digest);
    // No run id, as with summaries.
    return this.#writes.submit(() => insertSnapshot(this.#database, runId, stored));
  }

  async snapshot(runId: string, form: string, upToSeq?: number): Promise<FoldSnapshot | undefined> {
    const stored = await this.#read(() => readSnapshot(this.#database, runId, form, upToSeq));
    return stored && decodeSnapshot(stored, this.#parts.digest);
  }

  async weigh(runIds: readonly string[]): Promise<Weight> {
    const weighed = await this.#read(() => runIds.map((id) => weighTree(this.#database, id)));
    const trees = await this.#read(() => runIds.flatMap((id) => treeOf(this.#database, id)));
    const numbers = new Set(trees.map(({ number }) => number));
    return { runs: weighed, blobs: await weighBlobs(this.#database, this.#access(), numbers) };
  }

  async remove(runId: string): Promise<void> {
    await this.#writes.submit(() => removeTree(this.#database, runId, this.#parts.rule), runId);
  }

  sweep(): Promise<Swept> {
    return sweepBlobs(this.#database, this.#access());
  }

  async compact(): Promise<Compaction> {
    await this.#writes.idle();
    return this.#read(() => {
      refuseNewerSchema(this.#database, currentSchema);
      return compactFile(this.#database);
    });
  }

  async close(): Promise<void> {
    await this.#writes.idle();
    this.#watcher.close();
    this.#database.close();
  }

  #access(): Access {
    return { read: (look) => this.#read(look), write: (change) => this.#writes.submit(change) };
  }

  #path(runId: string, upToSeq: number | undefined): Promise<Path<number>> {
    return this.#read(() => pathOfRun(this.#database, runId, upToSeq));
  }

  #read<T>(look: () => T): Promise<T> {
    return retryWhileBusy(look, this.#parts.busy);
  }

  /** Stores a redacted content once, however often it is put. */
  async #storeBlob(content: Uint8Array): Promise<BlobHash> {
    const hash = this.#parts.digest(content);
    this.#unreferenced.add(hash, content);
    if (await this.#read(() => blobs.hasBlob(this.#database, hash))) return hash;
    const blob = await blobs.encodeBlob(content);
    await this.#writes.submit(() => blobs.insertBlob(this.#database, hash, blob));
    return hash;
  }
}

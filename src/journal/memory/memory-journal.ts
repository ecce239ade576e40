import type { InboxEntry } from '../../contract/command.ts';
import type {
  BlobHash,
  Branch,
  ForkPoint,
  Journal,
  Kept,
  Lease,
  LeaseHolder,
  LeaseView,
  NewInboxEntry,
  NewRun,
  NewTurn,
  ReadTurns,
  Rewind,
  RunChange,
  RunFilter,
  RunRow,
  RunStatusChange,
  Turn,
} from '../../engine/ports/journal.ts';
import type { FoldSnapshot } from '../../engine/ports/journal-snapshots.ts';
import type { Compaction, Swept, Weight } from '../../engine/ports/journal-upkeep.ts';
import { turnTypes, type RunRewound } from '../../engine/ports/turns.ts';
import { loadBlake3 } from '../../shared/hash.ts';
import { canonicalJson, type Json } from '../../shared/json.ts';
import { createRedactor, type Redactor } from '../../shared/redaction.ts';
import { keepPayload, redactContent } from '../door.ts';
import {
  dueAt,
  heartbeatAge,
  heartbeatNow,
  isOwnerAlive,
  mayTake,
  type Heartbeat,
  type OwnershipRule,
  shownState,
} from '../ownership.ts';
import { endOfTurns, leadsThrough, pathOf, type Path, type PathSegment } from '../path.ts';
import {
  branchFenced,
  runExists,
  runFenced,
  runHasForks,
  runHeld,
  runUnknown,
  turnLeftBehind,
  turnUnknown,
} from '../refusals.ts';
import { UnreferencedBlobs } from '../unreferenced-blobs.ts';
import { forksOf, treeOf, unusedBlobs, weighTree, weightOf } from './upkeep.ts';

export interface MemoryJournalOptions extends Partial<OwnershipRule> {
  readonly redactor?: Redactor;
  /** What is remembered. Given to a second journal, it stands for the file that two processes share. */
  readonly store?: MemoryStore;
}

/** The content of a memory journal; outlives the journal that was opened on it. */
export class MemoryStore {
  readonly runs = new Map<string, StoredRun>();
  readonly blobs = new Map<BlobHash, Uint8Array>();
  readonly listeners = new Map<string, Set<(change: RunChange) => void>>();
  lastTurn = 0;
  lastEntry = 0;
}

interface StoredRun {
  readonly created: Omit<RunRow, 'state' | 'waiting' | 'updatedAt'>;
  status: RunStatusChange;
  statusAt: number;
  summary: { readonly upToSeq: number; readonly content: Json } | undefined;
  readonly rewinds: Rewind[];
  readonly turns: Turn[];
  /** In the order of their turns. */
  readonly snapshots: FoldSnapshot[];
  readonly branches: Map<string, StoredBranch>;
  readonly inbox: InboxEntry[];
  /** Stays after a release, so that tokens only grow. */
  lease: StoredLease | undefined;
}

interface StoredLease {
  readonly holder: LeaseHolder;
  readonly token: number;
  readonly held: boolean;
  readonly heartbeat: Heartbeat;
}

interface StoredBranch {
  head: Turn | undefined;
  epoch: number;
}

/**
 * A journal that forgets when the process ends: dry runs and fast tests. The same guarantees as the
 * others, durability aside. Liveness of owners is `unknown` unless told: heartbeats decide.
 */
export function openMemoryJournal(options: MemoryJournalOptions = {}): Journal {
  return new MemoryJournal(options);
}

class MemoryJournal implements Journal {
  readonly #store: MemoryStore;
  readonly redactor: Redactor;
  readonly #rule: OwnershipRule;
  readonly #stopWatching = new Set<() => void>();
  readonly #unreferenced: UnreferencedBlobs;

  constructor({ store, redactor, livenessOf, now, steadyNow }: MemoryJournalOptions) {
    this.#store = store ?? new MemoryStore();
    this.redactor = redactor ?? createRedactor();
    const { blobs } = this.#store;
    this.#unreferenced = new UnreferencedBlobs({
      has: (hash) => blobs.has(hash),
      insert: (hash, content) => void blobs.set(hash, content),
    });
    this.#rule = { livenessOf: livenessOf ?? (() => 'unknown'), now: now ?? Date.now, steadyNow };
  }

  async createRun(run: NewRun): Promise<RunRow> {
    this.#unreferenced.assure([run.bundle, run.settings]);
    const known = this.#store.runs.get(run.id);
    const created = copy(run);
    if (known === undefined) {
      const head = run.forkOf && this.#headAt(run.forkOf);
      this.#store.runs.set(run.id, {
        created,
        status: { state: 'created' },
        statusAt: run.at,
        summary: undefined,
        rewinds: [],
        turns: [],
        snapshots: [],
        branches: new Map([['', { head, epoch: 0 }]]),
        inbox: [],
        lease: undefined,
      });
      this.#announce(run.id);
    } else if (identityOf(known.created) !== identityOf(created)) {
      throw runExists(run.id);
    }
    return this.#rowOf(this.#stored(run.id));
  }

  async run(runId: string): Promise<RunRow | undefined> {
    const stored = this.#store.runs.get(runId);
    return stored && this.#rowOf(stored);
  }

  async runs(filter: RunFilter = {}): Promise<readonly RunRow[]> {
    return [...this.#store.runs.values()]
      .toReversed()
      .filter((stored) => this.#matches(stored, filter))
      .map((stored) => this.#rowOf(stored))
      .filter((row) => filter.state === undefined || row.state === filter.state)
      .slice(0, filter.limit ?? Number.POSITIVE_INFINITY);
  }

  keep<T extends Json>(payload: T): Promise<Kept<T>> {
    return keepPayload(payload, this.redactor, {
      store: (content) => this.#storeBlob(content),
      has: async (hash) => this.#store.blobs.has(hash),
    });
  }

  async putBlob(content: Uint8Array | string): Promise<BlobHash> {
    return this.#storeBlob(redactContent(content, this.redactor));
  }

  async getBlob(hash: BlobHash): Promise<Uint8Array | undefined> {
    return this.#store.blobs.get(hash)?.slice();
  }

  async acquire(runId: string, holder: LeaseHolder): Promise<Lease> {
    const stored = this.#stored(runId);
    const parent = this.#store.runs.get(stored.created.parent?.runId ?? '')?.lease;
    const isFree = !this.#isOwned(stored) || (stored.lease && mayTake(stored.lease.holder, holder, holderOf(parent)));
    if (stored.lease && !isFree) throw this.#held(runId, stored.lease);
    const token = (stored.lease?.token ?? 0) + 1;
    stored.lease = { holder: copy(holder), token, held: true, heartbeat: heartbeatNow(holder, this.#rule) };
    this.#announce(runId);
    return { runId, token };
  }

  async heartbeat(lease: Lease): Promise<void> {
    const stored = this.#underLease(lease);
    if (stored.lease) stored.lease = { ...stored.lease, heartbeat: heartbeatNow(stored.lease.holder, this.#rule) };
  }

  async release(lease: Lease): Promise<void> {
    const stored = this.#store.runs.get(lease.runId);
    if (stored?.lease?.token !== lease.token) return;
    stored.lease = { ...stored.lease, held: false };
    this.#announce(lease.runId);
  }

  async leaseOf(runId: string): Promise<LeaseView | undefined> {
    const stored = this.#stored(runId);
    if (!stored.lease?.held) return undefined;
    const { holder, token, heartbeat } = stored.lease;
    const ageMs = heartbeatAge(holder, heartbeat, this.#rule);
    return { ...holder, token, heartbeatAt: heartbeat.at, ageMs, alive: this.#isOwned(stored) };
  }

  async append(lease: Lease, turns: readonly NewTurn[], status?: RunStatusChange): Promise<readonly Turn[]> {
    const stored = this.#underLease(lease);
    const written = this.#insert(stored, '', turns);
    if (status !== undefined) {
      // Redaction keeps the shape, as a type cannot say.
      stored.status = this.redactor.json({ ...status } as unknown as Json) as unknown as RunStatusChange;
      stored.statusAt = this.#rule.now();
    }
    this.#announce(lease.runId, status ? 'anything' : 'turns');
    return written;
  }

  async rewind(lease: Lease, toSeq: number): Promise<void> {
    const { runId } = lease;
    this.#underLease(lease);
    if (!this.#isOnPath(this.#path(runId), toSeq)) {
      const wasOnPath = this.#isOnPath(this.#path(runId, toSeq), toSeq);
      throw wasOnPath ? turnLeftBehind(runId, toSeq) : turnUnknown(runId, toSeq);
    }
    const below = treeOf(this.#store, runId).filter((id) => id !== runId);
    for (const id of below) {
      const child = this.#stored(id);
      if (child.lease && this.#isOwned(child)) throw this.#held(id, child.lease);
    }
    const wentOn = below.filter((id) => {
      const { created, turns } = this.#stored(id);
      return (created.forkOf?.turn ?? 0) > toSeq || turns.some(({ seq }) => seq > toSeq);
    });
    for (const id of [runId, ...wentOn]) this.#rewindOne(id, toSeq);
  }

  async openBranch(lease: Lease, key: string): Promise<Branch> {
    if (key === '') throw new Error('the branch of an operation needs a key');
    const stored = this.#underLease(lease);
    const branch = stored.branches.get(key) ?? this.#newBranch(stored, key);
    branch.epoch += 1;
    stored.branches.set(key, branch);
    return { runId: lease.runId, key, epoch: branch.epoch };
  }

  async appendToBranch({ runId, key, epoch }: Branch, turns: readonly NewTurn[]): Promise<readonly Turn[]> {
    const stored = this.#store.runs.get(runId);
    if (stored?.branches.get(key)?.epoch !== epoch) throw branchFenced({ runId, key, epoch });
    const written = this.#insert(stored, key, turns);
    this.#announce(runId, 'turns');
    return written;
  }

  async *turns(runId: string, options: ReadTurns = {}): AsyncIterable<Turn> {
    const { branch, afterSeq = 0, upToSeq, limit = Infinity, payloadsOf } = options;
    let left = limit;
    for await (const turn of this.tail(runId, afterSeq, upToSeq)) {
      if (left === 0) return;
      if (turn.branch !== branch) continue;
      yield payloadsOf?.has(turn.type) === false ? { ...turn, payload: null } : turn;
      left -= 1;
    }
  }

  async *tail(runId: string, afterSeq: number, upToSeq = endOfTurns): AsyncIterable<Turn> {
    for (const segment of this.#path(runId, upToSeq)) {
      const { turns } = this.#stored(segment.run);
      const start = turns.findIndex(({ seq }) => seq > Math.max(afterSeq, segment.afterSeq));
      // By index, so that what is appended meanwhile is seen too.
      for (let index = start; index >= 0 && index < turns.length; index++) {
        const turn = turns[index] as Turn;
        if (turn.seq > segment.upToSeq) break;
        yield copy(turn);
      }
    }
  }

  async send(runId: string, { id, command, by, at }: NewInboxEntry): Promise<'accepted' | 'already'> {
    const { inbox } = this.#stored(runId);
    if (inbox.some((entry) => entry.id === id)) return 'already';
    this.#unreferenced.assure([command]);
    inbox.push({ seq: ++this.#store.lastEntry, id, command: copy(command), by, at });
    this.#announce(runId);
    return 'accepted';
  }

  async inbox(runId: string, afterSeq: number): Promise<readonly InboxEntry[]> {
    return copy(this.#stored(runId).inbox.filter((entry) => entry.seq > afterSeq));
  }

  watch(runId: string, listener: (change: RunChange) => void): () => void {
    const call = (change: RunChange) => listener(change);
    const listeners = this.#store.listeners.get(runId) ?? new Set();
    this.#store.listeners.set(runId, listeners.add(call));
    const stop = () => {
      listeners.delete(call);
      this.#stopWatching.delete(stop);
    };
    this.#stopWatching.add(stop);
    return stop;
  }

  async summarize(runId: string, upToSeq: number, summary: Kept): Promise<void> {
    const stored = this.#stored(runId);
    if (upToSeq >= (stored.summary?.upToSeq ?? 0)) stored.summary = { upToSeq, content: copy<Json>(summary) };
  }

  async keepSnapshot(runId: string, snapshot: FoldSnapshot): Promise<boolean> {
    const { seq, turns, form } = snapshot;
    const path = this.#path(runId, seq);
    const onPath = path.map((part) => ({ part, turns: turnsOn(part, this.#stored(part.run)) }));
    const owner = onPath.find((each) => each.turns.at(-1)?.seq === seq)?.part.run;
    if (owner === undefined || onPath.reduce((sum, each) => sum + each.turns.length, 0) !== turns) return false;
    const { snapshots } = this.#stored(owner);
    const others = snapshots.filter((kept) => kept.form === form && kept.seq !== seq);
    snapshots.splice(0, snapshots.length, ...[...others, copy(snapshot)].toSorted((one, two) => one.seq - two.seq));
    return true;
  }

  async snapshot(runId: string, form: string, upToSeq = endOfTurns): Promise<FoldSnapshot | undefined> {
    const kept = this.#path(runId, upToSeq).flatMap((part) =>
      this.#stored(part.run).snapshots.filter(
        ({ form: known, seq }) => known === form && seq > part.afterSeq && seq <= part.upToSeq,
      ),
    );
    return copy(kept.at(-1));
  }

  async weigh(runIds: readonly string[]): Promise<Weight> {
    for (const id of runIds) this.#stored(id);
    const weights = runIds.map((id) => weighTree(this.#store, id));
    const unused = unusedBlobs(this.#store, new Set(weights.flatMap(({ tree }) => tree)));
    return { runs: weights, blobs: weightOf(this.#store, unused) };
  }

  async remove(runId: string): Promise<void> {
    const tree = treeOf(this.#store, runId);
    for (const id of tree) {
      const stored = this.#stored(id);
      if (stored.lease && this.#isOwned(stored)) throw this.#held(id, stored.lease);
    }
    const forks = forksOf(this.#store, tree);
    if (forks.length > 0) throw runHasForks(runId, forks);
    for (const id of tree) {
      this.#store.runs.delete(id);
      this.#announce(id);
    }
  }

  async sweep(): Promise<Swept> {
    const unused = unusedBlobs(this.#store, new Set());
    const swept = weightOf(this.#store, unused);
    for (const hash of unused) this.#store.blobs.delete(hash);
    return swept;
  }

  async compact(): Promise<Compaction> {
    return { before: 0, after: 0 };
  }

  async close(): Promise<void> {
    for (const stop of this.#stopWatching) stop();
  }

  #insert(stored: StoredRun, key: string, turns: readonly NewTurn[]): readonly Turn[] {
    const branch = stored.branches.get(key);
    if (branch === undefined) throw new Error(`no branch ${key}`);
    this.#unreferenced.assure(turns);
    return turns.map((turn) => {
      const written: Turn = {
        ...turn,
        seq: ++this.#store.lastTurn,
        parent: branch.head?.seq,
        version: turn.version ?? 1,
        ...(key === '' ? {} : { branch: key }),
      };
      stored.turns.push(copy(written));
      branch.head = written;
      return written;
    });
  }

  #rewindOne(runId: string, to: number): void {
    const stored = this.#stored(runId);
    const path = this.#path(runId, to);
    const head = this.#headOn(path, '');
    for (const [key, branch] of stored.branches) {
      branch.epoch += key === '' ? 0 : 1;
      if (key === '' || (branch.head?.seq ?? 0) > to) branch.head = this.#headOn(path, key) ?? head;
    }
    const at = this.#rule.now();
    const payload = { to } as Kept<RunRewound>;
    const [turn] = this.#insert(stored, '', [{ type: turnTypes.runRewound, at, payload }]);
    if (turn) stored.rewinds.push({ to, by: turn.seq });
    stored.inbox.length = 0;
    stored.status = { state: head === undefined ? 'created' : 'running' };
    stored.statusAt = at;
    this.#announce(runId);
  }

  #path(runId: string, upToSeq = endOfTurns): Path<string> {
    return pathOf(runId, upToSeq, (id) => {
      const { created, rewinds } = this.#stored(id);
      const { forkOf } = created;
      return { forkOf: forkOf && { run: forkOf.runId, turn: forkOf.turn }, rewinds };
    });
  }

  #isOnPath(path: Path<string>, seq: number): boolean {
    return path.some(
      ({ run }) => this.#stored(run).turns.some((turn) => turn.seq === seq) && leadsThrough(path, run, seq),
    );
  }

  /** The last turn of a branch that lies on a path. */
  #headOn(path: Path<string>, key: string): Turn | undefined {
    const branch = key === '' ? undefined : key;
    return path
      .flatMap(({ run, afterSeq, upToSeq }) =>
        this.#stored(run).turns.filter(({ seq }) => seq > afterSeq && seq <= upToSeq),
      )
      .findLast((turn) => turn.branch === branch);
  }

  /** The main branch's last turn where a fork leaves its source. */
  #headAt({ runId, turn }: ForkPoint): Turn | undefined {
    const path = this.#path(runId, turn);
    if (!this.#isOnPath(path, turn)) throw turnUnknown(runId, turn);
    return this.#headOn(path, '');
  }

  /** A fork goes on with what its source began. */
  #newBranch(stored: StoredRun, key: string): StoredBranch {
    const path = stored.created.forkOf ? this.#path(stored.created.id) : [];
    const begun = this.#headOn(path, key);
    const epochs = begun ? path.map(({ run }) => this.#stored(run).branches.get(key)?.epoch ?? 0) : [];
    return { head: begun ?? stored.branches.get('')?.head, epoch: Math.max(0, ...epochs) };
  }

  #stored(runId: string): StoredRun {
    const stored = this.#store.runs.get(runId);
    if (stored === undefined) throw runUnknown(runId);
    return stored;
  }

  #underLease({ runId, token }: Lease): StoredRun {
    const stored = this.#store.runs.get(runId);
    if (stored?.lease?.held !== true || stored.lease.token !== token) throw runFenced(runId);
    return stored;
  }

  #held(runId: string, { holder, heartbeat }: StoredLease): Error {
    return runHeld(runId, holder, heartbeatAge(holder, heartbeat, this.#rule));
  }

  #isOwned({ lease }: StoredRun): boolean {
    return lease?.held === true && isOwnerAlive(lease.holder, lease.heartbeat, this.#rule);
  }

  #matches(stored: StoredRun, filter: RunFilter): boolean {
    const { dueBefore, parent, forkOf, withChildren, pipeline, createdSince, idPrefix } = filter;
    const { created, status } = stored;
    if (pipeline !== undefined && created.pipeline !== pipeline) return false;
    if (createdSince !== undefined && created.at < createdSince) return false;
    if (idPrefix !== undefined && !created.id.startsWith(idPrefix)) return false;
    if (forkOf !== undefined && created.forkOf?.runId !== forkOf) return false;
    if (parent !== undefined ? created.parent?.runId !== parent : !withChildren && created.parent) return false;
    if (dueBefore === undefined) return true;
    const due = dueAt(status.waiting);
    const canMove = status.state === 'running' || status.state === 'waiting';
    return due !== undefined && due <= dueBefore && canMove && !this.#isOwned(stored);
  }

  #rowOf(stored: StoredRun): RunRow {
    const { created, status, statusAt, summary } = stored;
    const isCurrent = summary !== undefined && summary.upToSeq === stored.turns.at(-1)?.seq;
    return copy({
      ...created,
      ...status,
      state: shownState(status.state, dueAt(status.waiting), this.#isOwned(stored), this.#rule.now()),
      updatedAt: Math.max(statusAt, stored.branches.get('')?.head?.at ?? 0),
      ...(isCurrent ? { summary: summary.content } : {}),
      ...(stored.rewinds.length > 0 ? { rewinds: stored.rewinds } : {}),
    });
  }

  async #storeBlob(content: Uint8Array): Promise<BlobHash> {
    const hash = (await loadBlake3())(content);
    this.#unreferenced.add(hash, content.slice());
    if (!this.#store.blobs.has(hash)) this.#store.blobs.set(hash, content.slice());
    return hash;
  }

  #announce(runId: string, change: RunChange = 'anything'): void {
    for (const listener of this.#store.listeners.get(runId) ?? []) queueMicrotask(() => listener(change));
  }
}

/** What must agree for a run to be the same one. */
function identityOf({ pipeline, bundle, parent, forkOf, settings }: StoredRun['created']): string {
  return canonicalJson([pipeline, bundle, parent ?? null, forkOf ? { ...forkOf } : null, settings]);
}

/** Readers and writers share no objects, as if there were a file between them. */
function turnsOn({ afterSeq, upToSeq }: PathSegment<string>, { turns }: StoredRun): readonly Turn[] {
  return turns.filter(({ seq }) => afterSeq < seq && seq <= upToSeq);
}

function copy<T>(value: T): T {
  return structuredClone(value);
}

function holderOf(lease: StoredLease | undefined): LeaseHolder | undefined {
  return lease?.held ? lease.holder : undefined;
}

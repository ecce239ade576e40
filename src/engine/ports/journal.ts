import type { Command, InboxEntry } from '../../contract/command.ts';
import type { RunState, Waiting } from '../../contract/run.ts';
import type { Json } from '../../shared/json.ts';
import type { Redactor } from '../../shared/redaction.ts';
import type { JournalSnapshots } from './journal-snapshots.ts';
import type { JournalUpkeep } from './journal-upkeep.ts';

/**
 * The Journal port: what is remembered. Append-only turns in a tree: a branch is a head pointer, a
 * turn has a parent. A run has one main branch, written by its walk under the run's lease, and one
 * branch per operation, written by the step under the operation's epoch. The inbox is no part of the
 * tree: any process adds to it.
 *
 * What is read of a run is its path through the tree: of a fork, the turns of its source up to where it left it,
 * then its own; of a run that was rewound, without those it went back behind. Turns off the path stay stored, and
 * runs can be forked from them. Numbers ascend along every path.
 *
 * Guarantees every driver gives (test/conformance/journal.ts):
 * - a resolved `append` or `appendToBranch` is durable, whole or not at all, in call order;
 * - appends made in one turn of the event loop may share one commit;
 * - appends resolve in the order of the numbers their turns were given, whichever run and branch they are of;
 * - writes under a lost lease or an older epoch are refused with `RUN_FENCED` and leave no trace;
 * - nothing is written that did not pass `keep`, which redacts.
 */
export interface Journal extends JournalUpkeep, JournalSnapshots {
  /**
   * Creating the same run again changes nothing; another one under the same id is refused with `RUN_EXISTS`, and a
   * fork of what its source never had with `RUN_UNKNOWN` or `TURN_UNKNOWN`. No turn is copied.
   */
  createRun(run: NewRun): Promise<RunRow>;
  run(runId: string): Promise<RunRow | undefined>;
  /** Newest first. */
  runs(filter?: RunFilter): Promise<readonly RunRow[]>;

  /** What `keep` redacts with: for whoever cuts a text before it is kept, as half a secret is found by nobody. */
  readonly redactor: Redactor;
  /** Redacts a payload and moves what exceeds 64 KB into blobs (`BlobRef`), durable when this resolves. The only way in. */
  keep<T extends Json>(payload: T): Promise<Kept<T>>;
  /** Redacts texts, also those given as bytes of UTF-8; other bytes are kept as they are. The hash is that of what was kept. */
  putBlob(content: Uint8Array | string): Promise<BlobHash>;
  getBlob(hash: BlobHash): Promise<Uint8Array | undefined>;

  /** Takes the lease of a run whose owner is absent or dead; else throws `RUN_HELD` with `details: { pid, ageMs }`. */
  acquire(runId: string, holder: LeaseHolder): Promise<Lease>;
  /** Proves the owner is alive; throws `RUN_FENCED` when the lease is lost. */
  heartbeat(lease: Lease): Promise<void>;
  release(lease: Lease): Promise<void>;
  leaseOf(runId: string): Promise<LeaseView | undefined>;

  /** Appends to the main branch, and sets the run's indexed state in the same commit. */
  append(lease: Lease, turns: readonly NewTurn[], status?: RunStatusChange): Promise<readonly Turn[]>;
  /**
   * Goes back to a turn of the path: what came after it is no part of the run any more, nor of the runs it started.
   * Their state is that of a run cut off there, what lay in their inboxes is void, and earlier starts of their
   * operations write no more. Says so on each main branch (`RunRewound`).
   * Throws `TURN_UNKNOWN` or `TURN_LEFT_BEHIND`, and `RUN_HELD` where another process walks one of the runs below.
   */
  rewind(lease: Lease, toSeq: number): Promise<void>;
  /**
   * Opens the branch of an operation for writing and raises its epoch above all it had on the path; forks from the run's
   * head at the first opening.
   */
  openBranch(lease: Lease, key: string): Promise<Branch>;
  appendToBranch(branch: Branch, turns: readonly NewTurn[]): Promise<readonly Turn[]>;

  /** Turns of the main branch, or of an operation's branch (without those before its fork), oldest first. */
  turns(runId: string, options?: ReadTurns): AsyncIterable<Turn>;
  /**
   * Turns of all branches of a run in commit order, up to now: `watch` tells when to ask for more.
   * @param upToSeq as in `ReadTurns`
   */
  tail(runId: string, afterSeq: number, upToSeq?: number): AsyncIterable<Turn>;

  /** Adds a command; `already` when the id is known. */
  send(runId: string, entry: NewInboxEntry): Promise<'accepted' | 'already'>;
  inbox(runId: string, afterSeq: number): Promise<readonly InboxEntry[]>;
  /** Calls `listener` soon after anything of this run changed, from whichever process, and now and then for nothing; returns how to stop. */
  watch(runId: string, listener: (change: RunChange) => void): () => void;

  /**
   * Keeps a short account of a run, made from its turns up to a sequence number, for lists of runs. It
   * stands in the run's row until another turn is committed: no reader sees one that is out of date.
   */
  summarize(runId: string, upToSeq: number, summary: Kept): Promise<void>;

  close(): Promise<void>;
}

/** `turns`: nothing but turns were added. `anything`: perhaps more, as always when another process changed the run. */
export type RunChange = 'turns' | 'anything';

declare const kept: unique symbol;
/** A payload that has passed the journal's door. */
export type Kept<T = Json> = T & { readonly [kept]: true };

/** BLAKE3, 64 hexadecimal digits. */
export type BlobHash = string;

export type { BlobRef } from '../../shared/blob-ref.ts';

export interface NewRun {
  readonly id: string;
  readonly pipeline: string;
  readonly bundle: BlobHash;
  readonly walkVersion: number;
  readonly cwd: string;
  /** Run and operation that started this one. */
  readonly parent?: { readonly runId: string; readonly key: string };
  /** Everything else a resume needs (inputs, backend, options), kept verbatim. */
  readonly settings: Kept;
  /**
   * The run this one goes on from, and the last turn of it that is part of this one: reading this run's turns begins with
   * those of the other up to there.
   */
  readonly forkOf?: ForkPoint;
  readonly at: number;
}

export interface ForkPoint {
  readonly runId: string;
  /** Sequence number of a turn. */
  readonly turn: number;
}

export interface RunRow extends Omit<NewRun, 'settings'> {
  readonly settings: Json;
  readonly state: RunState;
  readonly waiting?: readonly Waiting[];
  readonly updatedAt: number;
  /** What `summarize` was given, where nothing has happened since. */
  readonly summary?: Json;
  /** How often it went back, oldest first; absent where it never did. */
  readonly rewinds?: readonly Rewind[];
}

/** Turns between the two are no longer part of the run. */
export interface Rewind {
  /** The turn gone back to. */
  readonly to: number;
  /** The turn that tells so, the first to follow on `to`. */
  readonly by: number;
}

export interface RunFilter {
  readonly state?: RunState;
  /** Name of the pipeline. */
  readonly pipeline?: string;
  /** Only runs created at or after this time. */
  readonly createdSince?: number;
  /** Beginning of the id. */
  readonly idPrefix?: string;
  /** Only runs that have a timer due at or before this time and no live owner. */
  readonly dueBefore?: number;
  readonly parent?: string;
  /** Only runs that were forked from this one. */
  readonly forkOf?: string;
  /** Children are left out unless asked for. */
  readonly withChildren?: boolean;
  readonly limit?: number;
}

export interface RunStatusChange {
  readonly state: RunState;
  readonly waiting?: readonly Waiting[];
}

export interface LeaseHolder {
  readonly pid: number;
  readonly host: string;
  readonly bootId: string;
  /** Start time of the process as the system tells it: pids are reused. */
  readonly startTime: string;
}

/** Fencing token: every append proves it. */
export interface Lease {
  readonly runId: string;
  readonly token: number;
}

export interface LeaseView extends LeaseHolder {
  readonly token: number;
  readonly heartbeatAt: number;
  /** Milliseconds since then, whatever the time of day was set to. */
  readonly ageMs: number;
  readonly alive: boolean;
}

export interface Branch {
  readonly runId: string;
  readonly key: string;
  /** 1 at the first opening, then higher each time. */
  readonly epoch: number;
}

export interface NewTurn {
  readonly type: string;
  /** Version of the payload's shape; 1 unless it ever changed. */
  readonly version?: number;
  /** Operation key the turn speaks of, in a column of its own. */
  readonly key?: string;
  readonly at: number;
  readonly payload: Kept;
}

export interface Turn {
  /** Commit order within the journal; never given twice, whatever was removed. */
  readonly seq: number;
  readonly parent: number | undefined;
  /** Undefined on the main branch, else the operation's key. */
  readonly branch?: string;
  readonly type: string;
  readonly version: number;
  readonly key?: string;
  readonly at: number;
  readonly payload: Json;
}

export interface ReadTurns {
  readonly branch?: string;
  readonly afterSeq?: number;
  /** The path as it led up to this turn, also where the run went back behind it since. */
  readonly upToSeq?: number;
  /** No more turns than this. */
  readonly limit?: number;
  /** Types whose payloads are wanted: reading a long run, most of the time goes into the others. Those come as null. */
  readonly payloadsOf?: ReadonlySet<string>;
}

export interface NewInboxEntry {
  readonly id: string;
  readonly command: Kept<Command & Json>;
  readonly by: string;
  readonly at: number;
}

import { setImmediate as nextLoopTurn } from 'node:timers/promises';
import type { Branch, Lease, NewTurn, ReadTurns, RunStatusChange, Turn } from '../../engine/ports/journal.ts';
import { failpoint } from '../../shared/failpoint.ts';
import type { Json } from '../../shared/json.ts';
import { dueAt } from '../ownership.ts';
import type { Path, PathSegment } from '../path.ts';
import { branchFenced, runFenced } from '../refusals.ts';
import type { Database } from './database.ts';
import { inheritedBranch } from './paths.ts';

/** A branch that may be written to, as found under a valid lease or epoch. */
interface WritableBranch {
  readonly run: number;
  readonly branch: number;
  readonly head: number | null;
  /** The highest number any turn of the journal has or had. */
  readonly last: number;
}

interface MainBranch extends WritableBranch {
  readonly isFork: 0 | 1;
}

const last = `
  (select max(number, coalesce((select max(seq) from turn), 0)) from last_number where kind = 'turn') as last`;

/** The main branch of a run, if the lease still holds; else throws `RUN_FENCED`. */
export function mainBranch(database: Database, lease: Lease): MainBranch {
  const found = database.get<MainBranch>(
    `select branch.run, branch.number as branch, branch.head, run.fork_run is not null as isFork, ${last} from run
     join lease on lease.run = run.number and lease.token = ? and lease.held = 1
     join branch on branch.run = run.number and branch.key = ''
     where run.id = ?`,
    lease.token,
    lease.runId,
  );
  if (found === undefined) throw runFenced(lease.runId);
  return found;
}

/** Appends to the main branch and records the run's state. */
export function appendToMain(
  database: Database,
  lease: Lease,
  turns: readonly NewTurn[],
  status: RunStatusChange | undefined,
  now: number,
): readonly Turn[] {
  const place = mainBranch(database, lease);
  const written = insertTurns(database, place, turns);
  if (status !== undefined) {
    database.run(
      'update status set state = ?, waiting = ?, due_at = ?, updated_at = ? where run = ?',
      status.state,
      status.waiting === undefined ? null : JSON.stringify(status.waiting),
      dueAt(status.waiting) ?? null,
      now,
      place.run,
    );
  }
  return written;
}

/** Raises the epoch of an operation's branch, which forks from the run's head when it is opened first. */
export function openBranch(database: Database, lease: Lease, key: string): Branch {
  const main = mainBranch(database, lease);
  const begun = main.isFork ? inheritedBranch(database, main.run, key) : undefined;
  const row = database.get<{ epoch: number }>(
    `insert into branch (run, key, head, forked_from, epoch) values (?, ?, ?, ?, ?)
     on conflict (run, key) do update set epoch = epoch + 1 returning epoch`,
    main.run,
    key,
    begun?.head ?? main.head,
    main.head,
    1 + (begun?.epoch ?? 0),
  );
  if (row === undefined) throw new Error('an upsert returned no row');
  return { runId: lease.runId, key, epoch: row.epoch };
}

/** Appends to an operation's branch, if its epoch is still the current one; else throws `RUN_FENCED`. */
export function appendToBranch(database: Database, branch: Branch, turns: readonly NewTurn[]): readonly Turn[] {
  const place = database.get<WritableBranch>(
    `select branch.run, branch.number as branch, branch.head, ${last} from run
     join branch on branch.run = run.number and branch.key = ? and branch.epoch = ?
     where run.id = ?`,
    branch.key,
    branch.epoch,
    branch.runId,
  );
  if (place === undefined) throw branchFenced(branch);
  return insertTurns(database, place, turns, branch.key);
}

/** Appends to the main branch of a run behind a turn that need not be its last. */
export function appendBehind(
  database: Database,
  run: number,
  head: number | null,
  turns: readonly NewTurn[],
): readonly Turn[] {
  const place = database.get<Omit<WritableBranch, 'head'>>(
    `select run, number as branch, ${last} from branch where run = ? and key = ''`,
    run,
  );
  if (place === undefined) throw new Error(`run ${run} has no main branch`);
  return insertTurns(database, { ...place, head }, turns);
}

const insertTurn = `
  insert into turn (seq, run, branch, parent, type, version, key, at, payload) values (?, ?, ?, ?, ?, ?, ?, ?, ?)`;

function insertTurns(
  database: Database,
  place: WritableBranch,
  turns: readonly NewTurn[],
  key?: string,
): readonly Turn[] {
  let head = place.head;
  let { last: seq } = place;
  const written = turns.map((turn) => {
    const version = turn.version ?? 1;
    seq += 1;
    database.run(
      insertTurn,
      seq,
      place.run,
      place.branch,
      head,
      turn.type,
      version,
      turn.key ?? null,
      turn.at,
      JSON.stringify(turn.payload),
    );
    failpoint('journal:mid-batch');
    const parent = head ?? undefined;
    head = seq;
    return { ...turn, seq, parent, version, ...(key === undefined ? {} : { branch: key }) };
  });
  if (written.length > 0) database.run('update branch set head = ? where number = ?', head, place.branch);
  return written;
}

interface TurnRecord {
  readonly seq: number;
  readonly parent: number | null;
  readonly branch: string;
  readonly type: string;
  readonly version: number;
  readonly key: string | null;
  readonly at: number;
  readonly payload: string;
}

const selectTurns = `
  select turn.seq, turn.parent, branch.key as branch, turn.type, turn.version, turn.key, turn.at, turn.payload
  from turn join branch on branch.number = turn.branch`;

/** Reads one page of a stretch of a path. */
type ReadPage = (segment: PathSegment<number>, size: number) => Promise<readonly TurnRecord[]>;

/** Where a reading goes along, and how. */
export interface Reading {
  readonly path: Path<number>;
  readonly page: ReadPage;
}

export function branchPage(
  database: Database,
  key: string,
  { run, afterSeq, upToSeq }: PathSegment<number>,
  size: number,
): readonly TurnRecord[] {
  return database.all<TurnRecord>(
    `${selectTurns} where turn.branch = (select number from branch where run = ? and key = ?)
       and turn.seq > ? and turn.seq <= ?
     order by turn.seq limit ?`,
    run,
    key,
    afterSeq,
    upToSeq,
    size,
  );
}

export function runPage(
  database: Database,
  { run, afterSeq, upToSeq }: PathSegment<number>,
  size: number,
): readonly TurnRecord[] {
  return database.all<TurnRecord>(
    `${selectTurns} where turn.run = ? and turn.seq > ? and turn.seq <= ? order by turn.seq limit ?`,
    run,
    afterSeq,
    upToSeq,
    size,
  );
}

/** A page is read at once: small enough not to hold the event loop, payloads of 64 KB included. */
const pageSize = 128;

/**
 * Turns, page by page. Each page is a transaction of its own, so that no reader holds back a checkpoint.
 * @param open gives where the pages are read; awaited first
 */
export async function* pages(
  open: () => Promise<Reading>,
  { afterSeq = 0, limit = Infinity, payloadsOf }: Pick<ReadTurns, 'afterSeq' | 'limit' | 'payloadsOf'>,
): AsyncGenerator<Turn> {
  const { path, page: read } = await open();
  let left = limit;
  for (const segment of path) {
    let last = Math.max(afterSeq, segment.afterSeq);
    while (last < segment.upToSeq) {
      const size = Math.min(pageSize, left);
      const page = await read({ ...segment, afterSeq: last }, size);
      for (const record of page) yield new StoredTurn(record, payloadsOf?.has(record.type) ?? true);
      left -= page.length;
      if (left === 0) return;
      const final = page.at(-1);
      if (final === undefined || page.length < size) break;
      last = final.seq;
      await nextLoopTurn();
    }
  }
}

/** A class: objects of one shape, and tens of thousands are made when a long run is read. */
class StoredTurn implements Turn {
  readonly seq: number;
  readonly parent: number | undefined;
  declare readonly branch?: string;
  readonly type: string;
  readonly version: number;
  declare readonly key?: string;
  readonly at: number;
  readonly payload: Json;

  constructor({ seq, parent, branch, type, version, key, at, payload }: TurnRecord, isWhole: boolean) {
    this.seq = seq;
    this.parent = parent ?? undefined;
    if (branch !== '') this.branch = branch;
    this.type = type;
    this.version = version;
    if (key !== null) this.key = key;
    this.at = at;
    this.payload = isWhole ? (JSON.parse(payload) as Json) : null;
  }
}

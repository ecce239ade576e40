import { turnTypes, type RunRewound } from '../../engine/ports/turns.ts';
import type { Kept, Lease, NewTurn } from '../../engine/ports/journal.ts';
import type { RunState } from '../../contract/run.ts';
import { failpoint } from '../../shared/failpoint.ts';
import type { OwnershipRule } from '../ownership.ts';
import type { Path } from '../path.ts';
import { runHeld, turnLeftBehind, turnUnknown } from '../refusals.ts';
import type { Database } from './database.ts';
import { readLease } from './leases.ts';
import { headOn, isOnPath, pathIn } from './paths.ts';
import { treeOf, type TreeRun } from './tree.ts';
import { appendBehind, mainBranch } from './turns.ts';

/** Takes a run back to one of its turns, and the runs below it to what they were then. */
export function rewindRun(database: Database, lease: Lease, toSeq: number, rule: OwnershipRule): void {
  const { run } = mainBranch(database, lease);
  if (!isOnPath(database, pathIn(database, run), toSeq)) {
    const wasOnPath = isOnPath(database, pathIn(database, run, toSeq), toSeq);
    throw wasOnPath ? turnLeftBehind(lease.runId, toSeq) : turnUnknown(lease.runId, toSeq);
  }
  for (const member of treeOf(database, lease.runId)) {
    if (member.number !== run) refuseOwned(database, member, rule);
    if (member.number === run || wentOn(database, member, toSeq)) rewindOne(database, member, toSeq, rule);
  }
}

function refuseOwned(database: Database, { id }: TreeRun, rule: OwnershipRule): void {
  const lease = readLease(database, id, rule);
  if (lease?.alive) throw runHeld(id, lease, lease.ageMs);
}

/** Whether anything on the path of a run comes after that turn. */
function wentOn(database: Database, { number }: TreeRun, seq: number): boolean {
  const isForkedLater = 'select 1 from run where number = ? and fork_turn > ?';
  const hasLaterTurn = 'select 1 from turn where run = ? and seq > ? limit 1';
  return [isForkedLater, hasLaterTurn].some((sql) => database.get(sql, number, seq) !== undefined);
}

function rewindOne(database: Database, { number }: TreeRun, to: number, rule: OwnershipRule): void {
  const path = pathIn(database, number, to);
  const head = headOn(database, path, '');
  const now = rule.now();
  const [turn] = appendBehind(database, number, head, [rewound(to, now)]);
  if (turn === undefined) throw new Error('nothing was appended');
  database.run('insert into rewind (run, to_turn, by_turn) values (?, ?, ?)', number, to, turn.seq);
  failpoint('journal:mid-rewind');
  rewindBranches(database, number, path, to);
  database.run('delete from inbox where run = ?', number);
  const state: RunState = head === null ? 'created' : 'running';
  database.run(
    'update status set state = ?, waiting = null, due_at = null, updated_at = ? where run = ?',
    state,
    now,
    number,
  );
}

/** Who still writes for an earlier start of an operation is refused. */
function rewindBranches(database: Database, run: number, path: Path<number>, to: number): void {
  database.run(`update branch set epoch = epoch + 1 where run = ? and key <> ''`, run);
  const left = database.all<{ number: number; key: string; forked_from: number | null }>(
    `select number, key, forked_from from branch where run = ? and key <> '' and head > ?`,
    run,
    to,
  );
  for (const { number, key, forked_from: start } of left)
    database.run('update branch set head = ? where number = ?', headOn(database, path, key) ?? start, number);
}

function rewound(to: number, at: number): NewTurn {
  // A number needs no redaction.
  return { type: turnTypes.runRewound, at, payload: { to } as Kept<RunRewound> };
}

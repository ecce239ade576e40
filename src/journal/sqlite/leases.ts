import type { Lease, LeaseHolder, LeaseView } from '../../engine/ports/journal.ts';
import { heartbeatAge, heartbeatNow, isOwnerAlive, mayTake, type OwnershipRule } from '../ownership.ts';
import { runFenced, runHeld } from '../refusals.ts';
import type { Database } from './database.ts';
import { runNumber } from './runs.ts';

interface LeaseRecord {
  readonly token: number;
  readonly held: number;
  readonly pid: number;
  readonly host: string;
  readonly boot_id: string;
  readonly start_time: string;
  readonly heartbeat_at: number;
  readonly steady_at: number | null;
}

export function readLease(database: Database, runId: string, rule: OwnershipRule): LeaseView | undefined {
  const record = database.get<LeaseRecord>('select * from lease where run = ?', runNumber(database, runId));
  return record?.held === 1 ? toView(record, rule) : undefined;
}

/** Takes the lease under a new token, or throws `RUN_HELD`; see `mayTake`. */
export function takeLease(database: Database, runId: string, holder: LeaseHolder, rule: OwnershipRule): Lease {
  const current = readLease(database, runId, rule);
  if (current?.alive && !mayTake(current, holder, parentHolder(database, runId)))
    throw runHeld(runId, current, current.ageMs);
  const { at, steadyAt } = heartbeatNow(holder, rule);
  const row = database.get<{ token: number }>(
    `insert into lease (run, token, held, pid, host, boot_id, start_time, heartbeat_at, steady_at)
     values (?, 1, 1, ?, ?, ?, ?, ?, ?)
     on conflict (run) do update set token = token + 1, held = 1, pid = excluded.pid, host = excluded.host,
       boot_id = excluded.boot_id, start_time = excluded.start_time, heartbeat_at = excluded.heartbeat_at,
       steady_at = excluded.steady_at
     returning token`,
    runNumber(database, runId),
    holder.pid,
    holder.host,
    holder.bootId,
    holder.startTime,
    at,
    steadyAt ?? null,
  );
  if (row === undefined) throw new Error('an upsert returned no row');
  return { runId, token: row.token };
}

/** Who holds the run that started this one. */
function parentHolder(database: Database, runId: string): LeaseHolder | undefined {
  const record = database.get<LeaseRecord>(
    `select lease.* from run as child join run as parent on parent.id = child.parent_run
     join lease on lease.run = parent.number and lease.held = 1 where child.id = ?`,
    runId,
  );
  return record && holderOf(record);
}

export function beat(database: Database, lease: Lease, rule: OwnershipRule): void {
  const run = runNumber(database, lease.runId);
  const record = database.get<LeaseRecord>(
    'select * from lease where run = ? and token = ? and held = 1',
    run,
    lease.token,
  );
  if (record === undefined) throw runFenced(lease.runId);
  const { at, steadyAt } = heartbeatNow(holderOf(record), rule);
  database.run('update lease set heartbeat_at = ?, steady_at = ? where run = ?', at, steadyAt ?? null, run);
}

/** Gives the lease back; nothing when it was lost already. */
export function giveUpLease(database: Database, lease: Lease): void {
  database.run(
    `update lease set held = 0 where token = ? and run = (select number from run where id = ?)`,
    lease.token,
    lease.runId,
  );
}

function toView(record: LeaseRecord, rule: OwnershipRule): LeaseView {
  const { token, heartbeat_at: at, steady_at: steadyAt } = record;
  const holder = holderOf(record);
  const heartbeat = { at, steadyAt: steadyAt ?? undefined };
  const ageMs = heartbeatAge(holder, heartbeat, rule);
  return { ...holder, token, heartbeatAt: at, ageMs, alive: isOwnerAlive(holder, heartbeat, rule) };
}

function holderOf({ pid, host, boot_id: bootId, start_time: startTime }: LeaseRecord): LeaseHolder {
  return { pid, host, bootId, startTime };
}

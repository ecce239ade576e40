import type { ForkPoint, NewRun, Rewind, RunFilter, RunRow } from '../../engine/ports/journal.ts';
import type { RunState, Waiting } from '../../contract/run.ts';
import { canonicalJson, type Json } from '../../shared/json.ts';
import { isOwnerAlive, type OwnershipRule, shownState } from '../ownership.ts';
import { runExists, runUnknown, turnUnknown } from '../refusals.ts';
import type { Database } from './database.ts';
import { headOn, isOnPath, pathIn } from './paths.ts';

interface RunRecord {
  readonly number: number;
  readonly id: string;
  readonly pipeline: string;
  readonly bundle: string;
  readonly walk_version: number;
  readonly cwd: string;
  readonly parent_run: string | null;
  readonly parent_key: string | null;
  readonly fork_run: string | null;
  readonly fork_turn: number | null;
  readonly settings: string;
  readonly at: number;
  readonly state: RunState;
  readonly waiting: string | null;
  readonly due_at: number | null;
  readonly updated_at: number;
  readonly summary: string | null;
  /** As JSON: pairs of the turn gone back to and the turn that tells so. */
  readonly rewinds: string;
  readonly held: number | null;
  readonly pid: number;
  readonly host: string;
  readonly boot_id: string;
  readonly start_time: string;
  readonly heartbeat_at: number;
  readonly steady_at: number | null;
}

const selectRun = `
  select run.*, status.state, status.waiting, status.due_at, max(status.updated_at, coalesce(newest.at, 0)) as updated_at,
         (select content from summary where summary.run = run.number
            and up_to = (select max(seq) from turn where turn.run = run.number)) as summary,
         (select json_group_array(json_array(to_turn, by_turn)) from rewind where rewind.run = run.number) as rewinds,
         lease.held, lease.pid, lease.host, lease.boot_id, lease.start_time, lease.heartbeat_at,
         lease.steady_at
  from run
  join status on status.run = run.number
  join branch on branch.run = run.number and branch.key = ''
  left join turn as newest on newest.seq = branch.head
  left join lease on lease.run = run.number`;

/** The row number of a run; throws `RUN_UNKNOWN`. */
export function runNumber(database: Database, runId: string): number {
  const row = database.get<{ number: number }>('select number from run where id = ?', runId);
  if (row === undefined) throw runUnknown(runId);
  return row.number;
}

export function readRun(database: Database, runId: string, rule: OwnershipRule): RunRow | undefined {
  const record = database.get<RunRecord>(`${selectRun} where run.id = ?`, runId);
  return record && toRow(record, rule);
}

/** Inserts a run with its status and main branch, unless the same one is there already. */
export function insertRun(database: Database, run: NewRun): void {
  const known = database.get<RunRecord>('select * from run where id = ?', run.id);
  if (known !== undefined) return refuseAnother(known, run);
  const { forkOf } = run;
  const head = forkOf ? headAt(database, forkOf) : null;
  const { lastId } = database.run(
    `insert into run (number, id, pipeline, bundle, walk_version, cwd, parent_run, parent_key, fork_run, fork_turn,
                      settings, at)
     values (1 + max(coalesce((select max(number) from run), 0), (select number from last_number where kind = 'run')),
             ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    run.id,
    run.pipeline,
    run.bundle,
    run.walkVersion,
    run.cwd,
    run.parent?.runId ?? null,
    run.parent?.key ?? null,
    forkOf?.runId ?? null,
    forkOf?.turn ?? null,
    JSON.stringify(run.settings),
    run.at,
  );
  database.run(`insert into status (run, state, updated_at) values (?, 'created', ?)`, lastId, run.at);
  database.run(`insert into branch (run, key, head, epoch) values (?, '', ?, 0)`, lastId, head);
}

/** The main branch's last turn where a fork leaves its source. Throws `RUN_UNKNOWN` or `TURN_UNKNOWN`. */
function headAt(database: Database, { runId, turn }: ForkPoint): number | null {
  const source = runNumber(database, runId);
  const path = pathIn(database, source, turn);
  if (!isOnPath(database, path, turn)) throw turnUnknown(runId, turn);
  return headOn(database, path, '');
}

function refuseAnother(known: RunRecord, run: NewRun): void {
  const same =
    known.pipeline === run.pipeline &&
    known.bundle === run.bundle &&
    known.parent_run === (run.parent?.runId ?? null) &&
    known.parent_key === (run.parent?.key ?? null) &&
    known.fork_run === (run.forkOf?.runId ?? null) &&
    known.fork_turn === (run.forkOf?.turn ?? null) &&
    canonicalJson(JSON.parse(known.settings)) === canonicalJson(run.settings);
  if (!same) throw runExists(run.id);
}

/** States a run can be recorded in for it to be shown in the asked one. */
const recordedFor: Partial<Record<RunState, readonly RunState[]>> = { interrupted: ['running', 'waiting'] };

/** One page of runs, newest first, before the run of number `before`. */
export function readRuns(
  database: Database,
  filter: RunFilter,
  rule: OwnershipRule,
  before: number,
  size: number,
): RunPage {
  const conditions = ['run.number < ?'];
  const values: (string | number)[] = [before];
  if (filter.state !== undefined) {
    const states = recordedFor[filter.state] ?? [filter.state];
    conditions.push(`status.state in (${states.map(() => '?').join(', ')})`);
    values.push(...states);
  }
  if (filter.pipeline !== undefined) {
    conditions.push('run.pipeline = ?');
    values.push(filter.pipeline);
  }
  if (filter.createdSince !== undefined) {
    conditions.push('run.at >= ?');
    values.push(filter.createdSince);
  }
  if (filter.idPrefix !== undefined) {
    // A range of the index: ids begin with the prefix up to where no id can follow any more.
    conditions.push('run.id >= ? and run.id < ?');
    values.push(filter.idPrefix, `${filter.idPrefix}\u{10ffff}`);
  }
  if (filter.dueBefore !== undefined) {
    conditions.push(`status.due_at <= ? and status.state in ('running', 'waiting')`);
    values.push(filter.dueBefore);
  }
  if (filter.forkOf !== undefined) {
    conditions.push('run.fork_run = ?');
    values.push(filter.forkOf);
  }
  if (filter.parent !== undefined) {
    conditions.push('run.parent_run = ?');
    values.push(filter.parent);
  } else if (filter.withChildren !== true) {
    conditions.push('run.parent_run is null');
  }
  const records = database.all<RunRecord>(
    `${selectRun} where ${conditions.join(' and ')} order by run.number desc limit ?`,
    ...values,
    size,
  );
  const rows = records
    .filter((record) => filter.dueBefore === undefined || !ownerAlive(record, rule))
    .map((record) => toRow(record, rule))
    .filter((row) => filter.state === undefined || row.state === filter.state);
  return { rows, next: records.length < size ? undefined : records.at(-1)?.number };
}

interface RunPage {
  readonly rows: readonly RunRow[];
  /** Where the next page begins; undefined when this was the last. */
  readonly next: number | undefined;
}

function ownerAlive(record: RunRecord, rule: OwnershipRule): boolean {
  if (record.held !== 1) return false;
  const { pid, host, boot_id: bootId, start_time: startTime, heartbeat_at: at, steady_at: steadyAt } = record;
  return isOwnerAlive({ pid, host, bootId, startTime }, { at, steadyAt: steadyAt ?? undefined }, rule);
}

function toRow(record: RunRecord, rule: OwnershipRule): RunRow {
  const due = record.due_at ?? undefined;
  const { parent_run: runId, parent_key: key, fork_run: source, fork_turn: turn } = record;
  return {
    id: record.id,
    pipeline: record.pipeline,
    bundle: record.bundle,
    walkVersion: record.walk_version,
    cwd: record.cwd,
    ...(runId === null || key === null ? {} : { parent: { runId, key } }),
    ...(source === null || turn === null ? {} : { forkOf: { runId: source, turn } }),
    settings: JSON.parse(record.settings) as Json,
    at: record.at,
    state: shownState(record.state, due, ownerAlive(record, rule), rule.now()),
    // Written by `append` from the same type.
    ...(record.waiting === null ? {} : { waiting: JSON.parse(record.waiting) as readonly Waiting[] }),
    updatedAt: record.updated_at,
    ...(record.summary === null ? {} : { summary: JSON.parse(record.summary) as Json }),
    ...(record.rewinds === '[]' ? {} : { rewinds: rewindsIn(record.rewinds) }),
  };
}

function rewindsIn(json: string): readonly Rewind[] {
  // Made by the query above.
  const pairs = JSON.parse(json) as readonly (readonly [number, number])[];
  return pairs.map(([to, by]) => ({ to, by })).toSorted((one, other) => one.by - other.by);
}

/** Keeps the account of a run; the older one stays where it was made from more. */
export function writeSummary(database: Database, runId: string, upToSeq: number, summary: Json): void {
  database.run(
    `insert into summary (run, up_to, content) values (?, ?, ?)
     on conflict (run) do update set up_to = excluded.up_to, content = excluded.content
     where excluded.up_to >= summary.up_to`,
    runNumber(database, runId),
    upToSeq,
    JSON.stringify(summary),
  );
}

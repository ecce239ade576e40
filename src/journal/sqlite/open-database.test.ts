import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Kept } from '../../engine/ports/journal.ts';
import type { OwnershipRule } from '../ownership.ts';
import { Database } from './database.ts';
import { addToInbox, readInbox } from './inbox.ts';
import { beat, readLease, takeLease } from './leases.ts';
import { openDatabase } from './open-database.ts';
import { pathOfRun } from './paths.ts';
import { insertRun, readRun } from './runs.ts';
import { appendToBranch, appendToMain, branchPage, openBranch, runPage } from './turns.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'orchestra-open-'));
});
afterEach(() => rm(folder, { recursive: true }));

const open = (path: string) => openDatabase(path, { path, limitMs: 50, onWaiting: () => undefined });

test('commits survive a power cut: write-ahead log, synchronous FULL', async () => {
  const database = await open(join(folder, 'journal.db'));
  expect(database.get('pragma journal_mode')).toEqual({ journal_mode: 'wal' });
  expect(database.get('pragma synchronous')).toEqual({ synchronous: 2 });
  database.close();
});

/** Remembers what it was asked to execute. */
class RecordingDatabase extends Database {
  readonly executed = new Set<string>();

  override get<Row extends object>(...[sql, ...values]: Parameters<Database['get']>): Readonly<Row> | undefined {
    this.executed.add(sql);
    return super.get<Row>(sql, ...values);
  }

  override all<Row extends object>(...[sql, ...values]: Parameters<Database['all']>): Row[] {
    this.executed.add(sql);
    return super.all<Row>(sql, ...values);
  }

  override run(...[sql, ...values]: Parameters<Database['run']>) {
    this.executed.add(sql);
    return super.run(sql, ...values);
  }
}

test('no step costs more in a long run: its statements search by index and never scan (R6)', async () => {
  const path = join(folder, 'journal.db');
  (await open(path)).close();
  const database = new RecordingDatabase(path);
  const rule: OwnershipRule = { livenessOf: () => 'alive', now: () => 1_000 };
  // Nothing here passes the door, nor needs to.
  const kept = <T>(value: T) => value as Kept<T>;
  const turns = [{ type: 'x', at: 1, payload: kept({}) }];

  insertRun(database, { id: 'r1', pipeline: 'p', bundle: 'b', walkVersion: 1, cwd: '/', settings: kept({}), at: 1 });
  const lease = takeLease(database, 'r1', { pid: 1, host: 'h', bootId: 'b', startTime: 's' }, rule);
  beat(database, lease, rule);
  appendToMain(database, lease, turns, { state: 'running' }, 1_000);
  appendToBranch(database, openBranch(database, lease, 'work#1'), turns);
  addToInbox(database, 'r1', { id: 'c1', command: kept({ kind: 'pause' }), by: 'me', at: 1 });
  readInbox(database, 'r1', 0);
  readRun(database, 'r1', rule);
  readLease(database, 'r1', rule);
  const fork = { id: 'r2', pipeline: 'p', bundle: 'b', walkVersion: 1, cwd: '/', settings: kept({}), at: 1 };
  insertRun(database, { ...fork, forkOf: { runId: 'r1', turn: 2 } });
  openBranch(database, takeLease(database, 'r2', { pid: 1, host: 'h', bootId: 'b', startTime: 's' }, rule), 'work#1');
  for (const part of pathOfRun(database, 'r2')) {
    branchPage(database, 'work#1', part, 10);
    runPage(database, part, 10);
  }

  expect(database.executed.size).toBeGreaterThan(12);
  const slow = [...database.executed].filter((sql) =>
    /\bSCAN\b|TEMP B-TREE/.test(JSON.stringify(Database.prototype.all.call(database, `explain query plan ${sql}`))),
  );
  expect(slow).toEqual([]);
  database.close();
});

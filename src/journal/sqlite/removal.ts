import type { RunWeight } from '../../engine/ports/journal-upkeep.ts';
import { failpoint } from '../../shared/failpoint.ts';
import type { OwnershipRule } from '../ownership.ts';
import { runHasForks, runHeld } from '../refusals.ts';
import type { Database } from './database.ts';
import { readLease } from './leases.ts';
import { runNumber } from './runs.ts';
import { forksOf, treeOf } from './tree.ts';

/** Bytes of what `removeTree` would remove. Throws `RUN_UNKNOWN`. */
export function weighTree(database: Database, runId: string): RunWeight {
  runNumber(database, runId);
  const tree = treeOf(database, runId);
  const bytes = tree.reduce((sum, { number }) => sum + bytesOf(database, number), 0);
  return { runId, tree: tree.map(({ id }) => id), bytes, forks: forksOf(database, tree) };
}

/** Removes a run and the runs it started. Throws `RUN_HELD` while one of them has a live owner, and `RUN_HAS_FORKS`. */
export function removeTree(database: Database, runId: string, rule: OwnershipRule): void {
  const tree = treeOf(database, runId);
  for (const { id } of tree) {
    const lease = readLease(database, id, rule);
    if (lease?.alive) throw runHeld(id, lease, lease.ageMs);
  }
  const forks = forksOf(database, tree);
  if (forks.length > 0) throw runHasForks(runId, forks);
  if (tree.length > 0) keepNumbersUsed(database);
  for (const { number } of tree) {
    database.run('delete from turn where run = ?', number);
    failpoint('journal:mid-removal');
    // The rest of what belongs to it goes with it, as the schema says.
    database.run('delete from run where number = ?', number);
  }
}

/** Readers go by numbers: what comes next must not look like what was there before. */
function keepNumbersUsed(database: Database): void {
  for (const [kind, newest] of [
    ['turn', 'select max(seq) as number from turn'],
    ['run', 'select max(number) as number from run'],
  ] as const) {
    const number = database.get<{ number: number | null }>(newest)?.number ?? 0;
    database.run('update last_number set number = max(number, ?) where kind = ?', number, kind);
  }
}

function bytesOf(database: Database, number: number): number {
  const row = database.get<{ bytes: number }>(
    `select octet_length(settings) + coalesce((select sum(octet_length(payload)) from turn where run = number), 0) as bytes
     from run where number = ?`,
    number,
  );
  return row?.bytes ?? 0;
}

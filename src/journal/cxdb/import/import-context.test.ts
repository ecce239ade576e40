import { expect, test } from 'vitest';
import { startCxdb } from '../../../../test/support/cxdb-server/start-cxdb.ts';
import {
  appendEvents,
  createRun,
  newFolder,
  patientMs,
  recordRun,
  startMirror,
  turnsOf,
} from '../../../../test/support/cxdb-server/mirror-scene.ts';
import type { TestCxdb } from '../../../../test/support/cxdb-server/test-cxdb.ts';
import { verifies } from '../../../../test/support/verifies.ts';
import type { Journal, Turn } from '../../../engine/ports/journal.ts';
import { createRedactor } from '../../../shared/redaction.ts';
import { hydrate } from '../../hydrate.ts';
import { openMemoryJournal } from '../../memory/memory-journal.ts';
import { openSqliteJournal } from '../../sqlite/sqlite-journal.ts';
import { cxdbServer } from '../server.ts';
import { importContext, type ImportReport } from './import-context.ts';

async function mirrored(cxdb: TestCxdb, journal: Journal, ...runs: readonly string[]): Promise<void> {
  const { mirror } = startMirror(cxdb, { journal, folder: newFolder() });
  for (const run of runs) mirror.note(run);
  expect(await mirror.flush(patientMs)).toBeUndefined();
  await mirror.close();
}

function imported(cxdb: TestCxdb, journal: Journal, context = 1n): Promise<ImportReport> {
  return importContext(context, { journal, server: cxdbServer(cxdb.url, cxdb.binaryPort), timeoutMs: patientMs });
}

/** A journal that has given out numbers already, so that an imported run gets others. */
async function usedJournal(): Promise<Journal> {
  const journal = await openSqliteJournal({ folder: newFolder() });
  await createRun(journal, 'earlier');
  await appendEvents(journal, 'earlier', 7);
  return journal;
}

/** Turns without the numbers of their journal: a parent is told by its place among them. */
function unnumbered(turns: readonly Turn[]): readonly unknown[] {
  const places = new Map(turns.map(({ seq }, index) => [seq, index]));
  return turns.map(({ seq: _seq, parent, payload, ...turn }) => ({
    ...turn,
    parent: parent === undefined ? undefined : places.get(parent),
    payload: JSON.stringify(payload),
  }));
}

verifies('cxdb:import', 'a run comes back with equal turns, tree and blobs', async () => {
  const cxdb = await startCxdb();
  const journal = openMemoryJournal();
  await recordRun(journal, 'run-1');
  await mirrored(cxdb, journal, 'run-1');

  const other = await usedJournal();
  expect((await imported(cxdb, other)).runs).toEqual([
    { run: 'run-1', context: 1n, pipeline: 'Small', outcome: 'imported', turns: 8 },
  ]);
  const [theirs, ours] = [await turnsOf(journal, 'run-1'), await turnsOf(other, 'run-1')];
  expect(unnumbered(ours)).toEqual(unnumbered(theirs));
  for (const [index, turn] of ours.entries()) {
    expect(await hydrate(other, turn.payload)).toEqual(await hydrate(journal, theirs[index]?.payload ?? null));
  }
  const row = await journal.run('run-1');
  expect({ ...(await other.run('run-1')), updatedAt: row?.updatedAt }).toEqual(row);
  expect(await other.getBlob(row?.bundle ?? '')).toEqual(await journal.getBlob(row?.bundle ?? ''));
  await other.close();
});

verifies(
  'cxdb:import',
  'imported again it is known, also where it has gone on; another one is not overwritten',
  async () => {
    const cxdb = await startCxdb();
    const journal = openMemoryJournal();
    await recordRun(journal, 'run-1');
    await mirrored(cxdb, journal, 'run-1');
    const other = openMemoryJournal();
    await imported(cxdb, other);
    expect((await imported(cxdb, other)).runs).toMatchObject([{ outcome: 'known' }]);
    await appendEvents(other, 'run-1', 3);
    expect((await imported(cxdb, other)).runs).toMatchObject([{ outcome: 'known' }]);

    const different = openMemoryJournal();
    await createRun(different, 'run-1');
    await appendEvents(different, 'run-1', 3);
    const before = await turnsOf(different, 'run-1');
    await expect(imported(cxdb, different)).rejects.toMatchObject({ code: 'RUN_EXISTS' });
    expect(await turnsOf(different, 'run-1')).toEqual(before);
  },
);

test('an import that was cut off anywhere is completed by the next one', async () => {
  const cxdb = await startCxdb();
  const journal = openMemoryJournal();
  await recordRun(journal, 'run-1');
  await mirrored(cxdb, journal, 'run-1');
  const whole = unnumbered(await turnsOf(journal, 'run-1'));
  for (let calls = 0; calls < 14; calls += 1) {
    const other = openMemoryJournal();
    await imported(cxdb, failingAfter(other, calls)).catch(() => undefined);
    await imported(cxdb, other);
    expect(unnumbered(await turnsOf(other, 'run-1')), `cut off after ${calls}`).toEqual(whole);
    expect((await other.run('run-1'))?.state).toBe('completed');
  }
});

/** The journal, which takes only so many changes more; giving up a lease is always possible. */
function failingAfter(journal: Journal, calls: number): Journal {
  let left = calls;
  const limited = new Set<PropertyKey>(['createRun', 'append', 'openBranch', 'appendToBranch']);
  return new Proxy(journal, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== 'function') return value;
      return (...args: readonly unknown[]): unknown => {
        if (limited.has(name) && (left -= 1) < 0) throw new Error('the disk is full');
        return Reflect.apply(value, target, args);
      };
    },
  });
}

test('a waiting run comes back waiting, and one cut off as interrupted', async () => {
  const cxdb = await startCxdb();
  const journal = openMemoryJournal();
  for (const run of ['waits', 'dead']) {
    await createRun(journal, run);
    await appendEvents(journal, run, 2);
  }
  const lease = await journal.acquire('waits', { pid: 1, host: 'h', bootId: 'b', startTime: 's' });
  const waiting = [{ for: 'answer', key: 'ask#1', since: 5, question: 'Go on?' }] as const;
  await journal.append(lease, [], { state: 'waiting', waiting });
  await journal.release(lease);
  await mirrored(cxdb, journal, 'waits', 'dead');
  const other = openMemoryJournal();
  for (const context of [1n, 2n]) await imported(cxdb, other, context);
  expect(await other.run('waits')).toMatchObject({ state: 'waiting', waiting });
  expect(await other.run('dead')).toMatchObject({ state: 'interrupted' });
});

test('the runs it started come with it', async () => {
  const cxdb = await startCxdb();
  const journal = openMemoryJournal();
  await createRun(journal, 'parent');
  await createRun(journal, 'child', { parent: { runId: 'parent', key: 'manager#1' } });
  await createRun(journal, 'grandchild', { parent: { runId: 'child', key: 'manager#1' } });
  for (const run of ['parent', 'child', 'grandchild']) await appendEvents(journal, run, 2);
  await mirrored(cxdb, journal, 'parent', 'child', 'grandchild');
  const other = openMemoryJournal();
  const { runs } = await imported(cxdb, other);
  expect(runs.map(({ run }) => run)).toEqual(['parent', 'child', 'grandchild']);
  expect(await turnsOf(other, 'grandchild')).toHaveLength(2);
});

test('what is a secret here is refused, and nothing of the run is written', async () => {
  const cxdb = await startCxdb();
  const journal = openMemoryJournal();
  await recordRun(journal, 'run-1');
  await mirrored(cxdb, journal, 'run-1');
  const other = openMemoryJournal({ redactor: createRedactor({ WORD: 'half a pair' }) });
  await expect(imported(cxdb, other)).rejects.toMatchObject({ code: 'CXDB_UNREADABLE' });
  expect(await other.run('run-1')).toBeUndefined();
});

test('a context that is not there is named', async () => {
  const cxdb = await startCxdb();
  await expect(imported(cxdb, openMemoryJournal(), 77n)).rejects.toThrow('context 77 is not there');
});

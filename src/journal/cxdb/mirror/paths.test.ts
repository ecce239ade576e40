import { expect, test } from 'vitest';
import { startCxdb } from '../../../../test/support/cxdb-server/start-cxdb.ts';
import {
  appendEvents,
  contextsOf,
  createRun,
  mirroredTurns,
  newFolder,
  patientMs,
  recordsOf,
  startMirror,
  turnsOf,
} from '../../../../test/support/cxdb-server/mirror-scene.ts';
import { verifies } from '../../../../test/support/verifies.ts';
import type { Journal, Turn } from '../../../engine/ports/journal.ts';
import { thisProcess } from '../../../shared/process/identity.ts';
import { openMemoryJournal } from '../../memory/memory-journal.ts';
import { openSqliteJournal } from '../../sqlite/sqlite-journal.ts';
import { importContext } from '../import/import-context.ts';
import { cxdbServer } from '../server.ts';

async function seqs(journal: Journal, run: string): Promise<readonly number[]> {
  return (await turnsOf(journal, run)).map(({ seq }) => seq);
}

async function rewind(journal: Journal, run: string, toSeq: number): Promise<void> {
  const lease = await journal.acquire(run, thisProcess());
  await journal.rewind(lease, toSeq);
  await journal.release(lease);
}

function payloads(turns: readonly Turn[]): readonly unknown[] {
  return turns.map(({ type, at, payload }) => ({ type, at, payload }));
}

verifies(
  'cxdb:lineage',
  'a fork begins in its context where it left its source, and comes back as a fork',
  async () => {
    const cxdb = await startCxdb();
    const journal = openMemoryJournal();
    await createRun(journal, 'source');
    await appendEvents(journal, 'source', 20);
    const at = (await seqs(journal, 'source'))[11] ?? 0;
    await createRun(journal, 'fork', { forkOf: { runId: 'source', turn: at } });
    await appendEvents(journal, 'fork', 5);
    await appendEvents(journal, 'source', 5);
    const { mirror } = startMirror(cxdb, { journal, folder: newFolder() });
    // The source is brought up to date first, also where nobody noted it.
    mirror.note('fork');
    expect(await mirror.flush(patientMs)).toBeUndefined();
    const [source = 0n, fork = 0n] = await contextsOf(cxdb);
    expect(await mirroredTurns(cxdb, source)).toEqual(await turnsOf(journal, 'source'));
    expect(await mirroredTurns(cxdb, fork)).toEqual(await turnsOf(journal, 'fork'));
    expect((await recordsOf(cxdb, fork)).filter((record) => record?.run === 'fork')).toHaveLength(6);

    const other = await openSqliteJournal({ folder: newFolder() });
    await createRun(other, 'earlier');
    await appendEvents(other, 'earlier', 3);
    const parts = { journal: other, server: cxdbServer(cxdb.url, cxdb.binaryPort), timeoutMs: patientMs };
    await expect(importContext(fork, parts)).rejects.toThrow('source');
    for (const context of [source, fork]) await importContext(context, parts);
    expect(payloads(await turnsOf(other, 'fork'))).toEqual(payloads(await turnsOf(journal, 'fork')));
    expect((await other.run('fork'))?.forkOf?.runId).toBe('source');
    expect((await importContext(fork, parts)).runs).toMatchObject([{ outcome: 'known' }]);
    await other.close();
  },
);

for (const isSameProcess of [true, false]) {
  const when = isSameProcess ? 'while it is mirrored' : 'between two processes';
  test(`a run that goes back ${when} goes on in its context from there`, async () => {
    const cxdb = await startCxdb();
    const journal = openMemoryJournal();
    const folder = newFolder();
    await createRun(journal, 'run-1');
    await appendEvents(journal, 'run-1', 20);
    let { mirror } = startMirror(cxdb, { journal, folder });
    mirror.note('run-1');
    await mirror.flush(patientMs);
    await rewind(journal, 'run-1', (await seqs(journal, 'run-1'))[7] ?? 0);
    await appendEvents(journal, 'run-1', 4);
    if (!isSameProcess) {
      await mirror.close();
      ({ mirror } = startMirror(cxdb, { journal, folder }));
    }
    mirror.note('run-1');
    expect(await mirror.flush(patientMs)).toBeUndefined();
    await appendEvents(journal, 'run-1', 4);
    mirror.note('run-1');
    expect(await mirror.flush(patientMs)).toBeUndefined();
    expect(await contextsOf(cxdb)).toEqual([1n]);
    expect(await mirroredTurns(cxdb, 1n)).toEqual(await turnsOf(journal, 'run-1'));
  });
}

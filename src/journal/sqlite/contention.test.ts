import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Journal } from '../../engine/ports/journal.ts';
import { startJournalWriter } from '../../../test/support/journal-process.ts';
import { lockHolder } from './lock-holder.ts';
import { openSqliteJournal } from './sqlite-journal.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'orchestra-contention-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('processes that append to one file at once lose nothing and all come to their end', async () => {
  const writers = ['r1', 'r2', 'r3'].map((runId) => startJournalWriter(folder, runId, 60));
  expect(await Promise.all(writers.map(({ ended }) => ended))).toEqual([null, null, null]);
  const journal = await openSqliteJournal({ folder });
  for (const runId of ['r1', 'r2', 'r3']) {
    const batches: unknown[] = [];
    for await (const { payload } of journal.turns(runId)) batches.push(payload);
    expect(batches).toHaveLength(180);
    expect(batches.at(-1)).toEqual({ batch: 60, part: 3 });
  }
  await journal.close();
});

/** A writer that stops, as by Ctrl-Z, inside the commit of its first batch: those of the run and the lease come before. */
async function stoppedWriter() {
  const writer = startJournalWriter(folder, 'r1', 3, 'journal:before-commit=stop@3');
  await writer.stopped();
  return writer;
}

const newRun = async (journal: Journal) => {
  const settings = await journal.keep({});
  return { id: 'r2', pipeline: 'p', bundle: 'b', walkVersion: 1, cwd: '/', settings, at: 1 };
};

describe.skipIf(process.platform !== 'linux')('while a stopped process holds the lock', () => {
  test('others wait without freezing, and say so', async () => {
    await using writer = await stoppedWriter();
    const notices: number[] = [];
    const journal = await openSqliteJournal({
      folder,
      onWaiting: (waitedMs) => {
        notices.push(waitedMs);
        if (notices.length === 8) writer.child.kill('SIGCONT');
      },
    });
    let turnsOfTheLoop = 0;
    const counting = setInterval(() => (turnsOfTheLoop += 1), 1);
    expect(lockHolder(join(folder, 'journal.db'))).toEqual({ pid: writer.child.pid, isStopped: true });
    await journal.createRun(await newRun(journal));
    clearInterval(counting);
    expect(notices.length).toBeGreaterThanOrEqual(8);
    expect(notices).toEqual(notices.toSorted((a, b) => a - b));
    expect(turnsOfTheLoop).toBeGreaterThan(8);
    expect(await writer.ended).toBe(null);
    await journal.close();
  });

  test('readers are not hindered, and a wait that takes too long ends in an error that names the process', async () => {
    await using writer = await stoppedWriter();
    const journal = await openSqliteJournal({ folder, lockLimitMs: 60 });
    const run = await newRun(journal);
    const refused = { code: 'JOURNAL_UNAVAILABLE', details: { pid: writer.child.pid } };
    await expect(journal.createRun(run)).rejects.toMatchObject(refused);
    expect(await journal.run('r1')).toMatchObject({ id: 'r1' });
    writer.child.kill('SIGKILL');
    await writer.ended;
    expect(await journal.createRun(run)).toMatchObject({ state: 'created' });
    await journal.close();
  });
});

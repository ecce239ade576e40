import fc from 'fast-check';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type JournalWriter, startJournalWriter } from '../../../test/support/journal-process.ts';
import { verifies } from '../../../test/support/verifies.ts';
import { openSqliteJournal } from './sqlite-journal.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'orchestra-crash-'));
});
afterEach(() => rm(folder, { recursive: true }));

const places = ['journal:mid-batch', 'journal:before-commit', 'journal:after-commit'] as const;

/** Numbers of the batches the writer was told are durable. */
const acknowledged = ({ lines }: JournalWriter) =>
  lines.filter((line) => line.startsWith('done ')).map((line) => Number(line.slice(5)));

/** Checks that the journal holds whole batches in order, and returns how many. */
async function wholeBatches(runId: string): Promise<number> {
  const journal = await openSqliteJournal({ folder });
  let count = 0;
  let previous: number | undefined;
  for await (const { payload, parent, seq } of journal.turns(runId)) {
    expect(payload).toEqual({ batch: Math.floor(count / 3) + 1, part: (count % 3) + 1 });
    expect(parent).toBe(previous);
    previous = seq;
    count += 1;
  }
  expect(count % 3).toBe(0);
  const row = await journal.run(runId);
  expect(row?.waiting?.[0]?.key).toBe(count === 0 ? undefined : String(count / 3));
  await journal.close();
  return count / 3;
}

verifies(
  'durability:R1:append-atomic',
  'killed at any moment, the journal opens, holds whole batches, and every acknowledged one',
  async () => {
    const moments = fc.sample(fc.tuple(fc.constantFrom(...places), fc.integer({ min: 3, max: 30 })), {
      seed: 7,
      numRuns: 6,
    });
    let expected = 0;
    for (const [place, pass] of moments) {
      await using writer = startJournalWriter(folder, 'r1', 1_000, `${place}=kill@${pass}`);
      expect(await writer.ended).toBe('SIGKILL');
      expected = Math.max(expected, ...acknowledged(writer));
      const found = await wholeBatches('r1');
      // The batch in flight may have been committed before it could be acknowledged.
      expect(found - expected).toBeGreaterThanOrEqual(0);
      expect(found - expected).toBeLessThanOrEqual(1);
      if (place === 'journal:before-commit') expect(found).toBe(expected);
      expected = found;
    }
  },
);

test('killed from outside while it writes, nothing acknowledged is lost', async () => {
  for (const line of fc.sample(fc.integer({ min: 2, max: 60 }), { seed: 8, numRuns: 3 })) {
    await using writer = startJournalWriter(folder, 'r1', 100_000);
    await writer.printed(line);
    writer.child.kill('SIGKILL');
    expect(await writer.ended).toBe('SIGKILL');
    expect(await wholeBatches('r1')).toBeGreaterThanOrEqual(Math.max(0, ...acknowledged(writer)));
  }
});

test('the lease of a killed process is taken over at once, without waiting for its heartbeat to age', async () => {
  await using writer = startJournalWriter(folder, 'r1', 1_000, 'journal:after-commit=kill@5');
  await writer.ended;
  const journal = await openSqliteJournal({ folder });
  expect(await journal.leaseOf('r1')).toMatchObject({ pid: writer.child.pid, alive: false });
  expect(await journal.run('r1')).toMatchObject({ state: 'interrupted' });
  await journal.close();
  expect(await startJournalWriter(folder, 'r1', 1).ended).toBe(null);
});

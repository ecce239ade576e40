import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deserialize } from 'node:v8';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Orchestra } from '../../src/app/orchestra.ts';
import type { Turn } from '../../src/engine/ports/journal.ts';
import { foldRun } from '../../src/journal/folds/fold-run.ts';
import { snapshotForm, snapshotOf } from '../../src/journal/folds/fold-snapshot.ts';
import { Database } from '../../src/journal/sqlite/database.ts';
import { currentSchema } from '../../src/journal/sqlite/schema.ts';
import { openSqliteJournal } from '../../src/journal/sqlite/sqlite-journal.ts';
import { digestOf, readRuns, restore, turnsOf, type GoldenRuns } from '../support/golden.ts';
import { toldBy } from '../support/replayed-run.ts';
import { verifies } from '../support/verifies.ts';

const fixtures = join(import.meta.dirname, 'fixtures');
const recorded = readdirSync(fixtures).filter((name) => name.endsWith('.sql'));

/** Folder of a project whose journal is the recorded one. */
function restored(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'golden-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  mkdirSync(join(folder, '.orchestra'));
  restore(readFileSync(join(fixtures, name), 'utf8'), pathIn(folder));
  return folder;
}

const pathIn = (folder: string): string => join(folder, '.orchestra/journal.db');

const pinsOf = (name: string): GoldenRuns =>
  // Written by scripts/record-golden.ts.
  JSON.parse(readFileSync(join(fixtures, name.replace(/sql$/, 'json')), 'utf8')) as GoldenRuns;

/** Takes back that runs have ended: what is left is the record a killed process would leave. */
function forgetEnds(path: string): void {
  const database = new Database(path);
  database.exec(`
    update branch set head = (select parent from turn where seq = branch.head)
      where head in (select seq from turn where type = 'RunEnded');
    delete from turn where type = 'RunEnded';
    update status set state = 'running' where state in ('completed', 'failed', 'cancelled');
  `);
  database.close();
}

/** Maps and sets as lists. */
const plainJson = (value: unknown): string =>
  JSON.stringify(value, (_key, member: unknown) =>
    member instanceof Map || member instanceof Set ? [...member] : member,
  );

/** What a turn says, wherever it stands. */
const sayings = (turns: readonly Turn[]): readonly unknown[] =>
  turns.map(({ branch, type, version, key, payload }) => ({ branch, type, version, key, payload }));

test('this version has a recorded journal of its schema', () => {
  expect(recorded).toContain(`schema-${currentSchema}.sql`);
});

test('what folds make of recorded turns is what snapshots of this form hold; if not, `snapshotForm` needs another name', async () => {
  const journal = await openSqliteJournal({ folder: join(restored(`schema-${currentSchema}.sql`), '.orchestra') });
  const rows = await journal.runs({ withChildren: true });
  const kept = await Promise.all(
    rows.map(async ({ id }) => deserialize(snapshotOf(await foldRun(journal, id)).content)),
  );
  await journal.close();
  expect({ form: snapshotForm, digest: digestOf(Buffer.from(plainJson(kept))) }).toEqual({
    form: 'run-fold-3',
    digest: 'dfa050b8a34cf2e8',
  });
});

describe.each(recorded)('the journal %s', (name) => {
  verifies(
    'durability:journal:golden',
    'is read as it was: views and run directories of every run, children included',
    async () => {
      const journal = await openSqliteJournal({ folder: join(restored(name), '.orchestra') });
      expect(await readRuns(journal)).toEqual(pinsOf(name));
      await journal.close();
    },
  );

  verifies(
    ['durability:journal:golden', 'durability:R4:deterministic'],
    'is walked as it was: from its record alone each run comes to the same end, and nothing is executed',
    async () => {
      const cwd = restored(name);
      const before = await openSqliteJournal({ folder: join(cwd, '.orchestra') });
      const rows = await before.runs({ withChildren: true });
      const record = new Map(
        await Promise.all(rows.map(async ({ id }) => [id, sayings(await turnsOf(before, id))] as const)),
      );
      await before.close();
      forgetEnds(pathIn(cwd));
      const orchestra = await Orchestra.open({ cwd, env: {} });
      for (const { id, state } of rows) {
        const end = await (await orchestra.resume(id)).done;
        expect([id, end.state]).toEqual([id, state]);
        const turns = sayings(await turnsOf(orchestra.journal, id));
        const resumed = expect.objectContaining({ type: 'RunResumed' }) as unknown;
        const old = record.get(id) ?? [];
        // Between the record and its end stands that the run was resumed.
        const expected = state === 'waiting' ? [...old, resumed] : [...old.slice(0, -1), resumed, ...old.slice(-1)];
        expect(turns).toEqual(expected);
      }
      await orchestra.close();
    },
  );

  test('is replayed: every run is asked as it was, and what is recorded of its replay is the same', async () => {
    const orchestra = await Orchestra.open({ cwd: restored(name), env: {} });
    for (const sourceRun of await orchestra.runs()) {
      const { session, report } = await orchestra.replay({ source: orchestra.journal, sourceRun });
      const replayed = await report;
      expect(replayed.difference, sourceRun.pipeline).toBeUndefined();
      expect([sourceRun.pipeline, replayed.whole]).toEqual([sourceRun.pipeline, sourceRun.state !== 'waiting']);
      if (replayed.whole)
        expect(await toldBy(orchestra.journal, session.runId)).toEqual(await toldBy(orchestra.journal, sourceRun.id));
    }
    await orchestra.close();
  });
});

import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { verifies } from '../../../test/support/verifies.ts';
import { Database } from './database.ts';
import { migrate, schemaOf } from './migrate.ts';
import { migrations } from './schema.ts';
import { openSqliteJournal } from './sqlite-journal.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'orchestra-migrate-'));
  path = join(folder, 'journal.db');
});
afterEach(() => rm(folder, { recursive: true }));

const one = { schema: 1, sql: 'create table note (text text) strict' };
const two = { schema: 2, sql: "alter table note add column author text; update note set author = 'unknown'" };

const open = () => {
  const database = new Database(path);
  database.exec('pragma journal_mode = wal');
  return database;
};

const backups = async () => (await readdir(folder)).filter((name) => name.endsWith('.backup')).sort();

const run = { id: 'r1', pipeline: 'p', bundle: 'b', walkVersion: 1, cwd: '/', at: 1 };

test('the numbers of the migrations have no gap', () => {
  expect(migrations.map(({ schema }) => schema)).toEqual(migrations.map((_, index) => index + 1));
});

verifies(
  'durability:journal:schema-number',
  'a new file gets the newest schema, without a backup of nothing',
  async () => {
    const database = open();
    migrate(database, [one, two]);
    expect(schemaOf(database)).toBe(2);
    expect(await backups()).toEqual([]);
    database.close();
  },
);

verifies(
  'durability:journal:schema-number',
  'an older file is copied before it is brought forward, and its content comes along',
  async () => {
    const database = open();
    migrate(database, [one]);
    database.run("insert into note values ('kept')");
    migrate(database, [one, two]);
    expect(database.get('select * from note')).toEqual({ text: 'kept', author: 'unknown' });
    expect(await backups()).toEqual(['journal.db.schema-1.backup']);
    const backup = new Database(join(folder, 'journal.db.schema-1.backup'));
    expect(schemaOf(backup)).toBe(1);
    expect(backup.get('select * from note')).toEqual({ text: 'kept' });
    backup.close();
    database.close();
  },
);

test('a migration that fails leaves the file as it was, and can be tried again', async () => {
  const database = open();
  migrate(database, [one]);
  const broken = { schema: 2, sql: 'alter table note add column author text; select no_such_column' };
  expect(() => migrate(database, [one, broken])).toThrow('no_such_column');
  expect(schemaOf(database)).toBe(1);
  migrate(database, [one, two]);
  expect(schemaOf(database)).toBe(2);
  expect(await backups()).toEqual(['journal.db.schema-1.2.backup', 'journal.db.schema-1.backup']);
  database.close();
});

verifies(
  'durability:journal:newer',
  'a file of a newer version is read, and every write says so, with the way out',
  async () => {
    const first = await openSqliteJournal({ folder });
    const settings = await first.keep({});
    await first.createRun({ ...run, settings });
    const newer = new Database(path);
    newer.exec('pragma user_version = 1000');
    newer.close();

    // Also by a process that had the file open when it was migrated.
    const second = await openSqliteJournal({ folder });
    for (const journal of [first, second]) {
      expect(await journal.run('r1')).toMatchObject({ id: 'r1' });
      await expect(journal.createRun({ ...run, id: 'r2', settings })).rejects.toMatchObject({
        code: 'JOURNAL_NEWER',
        hint: expect.stringContaining('newer version') as string,
      });
      await expect(journal.putBlob('content')).rejects.toMatchObject({ code: 'JOURNAL_NEWER' });
      await journal.close();
    }
  },
);

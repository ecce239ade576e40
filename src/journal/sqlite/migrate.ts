import { existsSync } from 'node:fs';
import { OrchestraError } from '../../shared/errors.ts';
import { failpoint } from '../../shared/failpoint.ts';
import { Database } from './database.ts';
import type { Migration } from './schema.ts';
import { StorageError } from './storage-error.ts';

/** Written into the file's header: this SQLite file is a journal ("ORCH"). */
const applicationId = 0x4f524348;

/** The schema number of a file; 0 for an empty one. Refuses a SQLite file that is no journal. */
export function schemaOf(database: Database): number {
  const schema = pragma(database, 'user_version');
  const isEmpty = database.get('select 1 from sqlite_schema limit 1') === undefined;
  if (!isEmpty && pragma(database, 'application_id') !== applicationId) {
    throw new StorageError('JOURNAL_CORRUPT', `${database.path} is a SQLite file of another program.`, {
      hint: 'Move the file away; a new journal will be created.',
      details: { path: database.path },
    });
  }
  return schema;
}

/** Throws `JOURNAL_NEWER` when a newer version of the program has changed the file, perhaps while we had it open. */
export function refuseNewerSchema(database: Database, known: number): void {
  const found = pragma(database, 'user_version');
  if (found > known) {
    const text = `${database.path} has schema ${found}, this version writes schema ${known}.`;
    throw new OrchestraError('JOURNAL_NEWER', text, { details: { path: database.path, found, known } });
  }
}

/**
 * Brings the file forward, step by step, in one transaction, after a backup copy of what it holds.
 * The copy is taken by a second connection while this one holds the right to write, so that it is
 * exactly what the migration starts from. Throws `BusyError` when another process writes.
 */
export function migrate(database: Database, migrations: readonly Migration[]): void {
  const latest = migrations.at(-1)?.schema ?? 0;
  if (schemaOf(database) >= latest) return;
  database.exec('begin immediate');
  try {
    // Another process may have been quicker.
    const from = schemaOf(database);
    if (from > 0 && from < latest) backUp(database.path, from);
    for (const { schema, sql } of migrations) if (schema > from) database.exec(sql);
    failpoint('journal:mid-migration');
    if (from < latest) database.exec(`pragma application_id = ${applicationId}; pragma user_version = ${latest}`);
    database.exec('commit');
  } catch (error) {
    if (database.inTransaction) database.exec('rollback');
    throw error;
  }
}

function backUp(path: string, schema: number): void {
  const name = `${path}.schema-${schema}`;
  let target = `${name}.backup`;
  for (let number = 2; existsSync(target); number++) target = `${name}.${number}.backup`;
  const reader = new Database(path);
  try {
    reader.run('vacuum into ?', target);
  } finally {
    reader.close();
  }
}

function pragma(database: Database, name: 'user_version' | 'application_id'): number {
  return database.get<Record<string, number>>(`pragma ${name}`)?.[name] ?? 0;
}

import { type BusyOptions, retryWhileBusy } from './busy.ts';
import { Database } from './database.ts';
import { migrate, schemaOf } from './migrate.ts';
import { currentSchema, migrations } from './schema.ts';

/** Opens the file ready for use, with the newest schema; for reading only when a newer version has written it. */
export async function openDatabase(path: string, busy: BusyOptions): Promise<Database> {
  const database = new Database(path);
  try {
    const isNewer = await retryWhileBusy(() => schemaOf(database) > currentSchema, busy);
    if (isNewer) {
      database.close();
      return new Database(path, { readOnly: true });
    }
    await retryWhileBusy(() => prepare(database), busy);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function prepare(database: Database): void {
  database.exec('pragma journal_mode = wal');
  // FULL: a commit that was acknowledged survives a power cut. The log shrinks back after a peak.
  database.exec('pragma synchronous = full; pragma journal_size_limit = 16777216');
  migrate(database, migrations);
}

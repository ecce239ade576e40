import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { wholeView } from '../../src/app/whole-view.ts';
import type { RunView } from '../../src/contract/run-view.ts';
import type { Journal, RunRow, Turn } from '../../src/engine/ports/journal.ts';
import { foldRun } from '../../src/journal/folds/fold-run.ts';
import { RunDirectory } from '../../src/journal/run-directory/run-directory.ts';
import { Database } from '../../src/journal/sqlite/database.ts';

/** What is pinned of a recorded run. */
export interface GoldenRun {
  readonly view: RunView;
  /** Digest of each file of its run directory. */
  readonly directory: Readonly<Record<string, string>>;
}

export type GoldenRuns = Readonly<Record<string, GoldenRun>>;

/** Every run of a journal as it is read now, children included. */
export async function readRuns(journal: Journal): Promise<GoldenRuns> {
  const rows = await journal.runs({ withChildren: true });
  const read = rows
    .toReversed()
    .map(async (row): Promise<[string, GoldenRun]> => [row.id, await readRun(journal, row)]);
  return Object.fromEntries(await Promise.all(read));
}

async function readRun(journal: Journal, row: RunRow): Promise<GoldenRun> {
  const fold = await foldRun(journal, row.id);
  const folder = mkdtempSync(join(tmpdir(), 'golden-directory-'));
  try {
    await new RunDirectory({ journal, folder }).write(row, fold);
    return { view: withDigests(await wholeView(journal, fold, row)), directory: digestsOf(folder) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Long texts are pinned by their beginning, length and digest. */
function withDigests<T>(value: T): T {
  const text = JSON.stringify(value, (_key, member: unknown) =>
    typeof member === 'string' && member.length > 200
      ? `${member.slice(0, 40)}... (${member.length} characters, ${digestOf(Buffer.from(member))})`
      : member,
  );
  // Texts stay texts.
  return JSON.parse(text) as T;
}

function digestsOf(folder: string): Readonly<Record<string, string>> {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' }).toSorted();
  const files = names.filter((name) => statSync(join(folder, name)).isFile());
  return Object.fromEntries(files.map((name) => [name, digestOf(readFileSync(join(folder, name)))]));
}

export function digestOf(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex').slice(0, 16);
}

export async function turnsOf(journal: Journal, runId: string): Promise<readonly Turn[]> {
  return Array.fromAsync(journal.tail(runId, 0));
}

/** The text of a journal as SQL, one row a line, that makes the same file again. */
export function dump(path: string): string {
  const database = new Database(path);
  try {
    const numbers = ['application_id', 'user_version'].map((name) => {
      const row = database.get<Record<string, number>>(`pragma ${name}`);
      return `pragma ${name} = ${row?.[name] ?? 0};`;
    });
    const objects = database.all<{ type: string; name: string; sql: string }>(
      `select type, name, sql from sqlite_schema where sql is not null and name not like 'sqlite_%'
       order by type <> 'table', rowid`,
    );
    const tables = objects.filter(({ type }) => type === 'table').flatMap(({ name }) => rowsOf(database, name));
    return `${[...numbers, ...objects.map(({ sql }) => `${sql};`), ...tables].join('\n')}\n`;
  } finally {
    database.close();
  }
}

function rowsOf(database: Database, table: string): readonly string[] {
  const columns = database.all<{ name: string }>(`select name from pragma_table_info('${table}')`);
  const values = columns.map(({ name }) => `quote("${name}")`).join(` || ', ' || `);
  const rows = database.all<{ line: string }>(`select ${values} as line from "${table}" order by 1`);
  return rows.map(({ line }) => `insert into "${table}" values (${line});`);
}

/** Makes the journal again that was dumped. */
export function restore(sql: string, path: string): void {
  const database = new Database(path);
  database.exec(`pragma foreign_keys = off; begin; ${sql} commit;`);
  database.close();
}

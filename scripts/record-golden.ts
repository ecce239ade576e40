import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Database } from '../src/journal/sqlite/database.ts';
import { currentSchema } from '../src/journal/sqlite/schema.ts';
import { openSqliteJournal } from '../src/journal/sqlite/sqlite-journal.ts';
import { dump, readRuns } from '../test/support/golden.ts';
import { goldenRuns } from './golden-pipelines.ts';

/**
 * Records the golden journal of this version, `npm run golden`: runs the pipelines of golden-pipelines.ts
 * with the real command and writes the journal as SQL, and how it is read, to test/golden/fixtures/. Once a version
 * is released its files are never recorded again; test/golden/golden.test.ts reads and walks them with
 * every later one.
 */
const launcher = join(import.meta.dirname, '../bin/orchestra.js');
const target = join(import.meta.dirname, `../test/golden/fixtures/schema-${currentSchema}`);

/** The folder stands in what is recorded: the same on every machine. */
const folder = '/tmp/orchestra-golden';

if (existsSync(`${target}.sql`) && !process.argv.includes('--again')) {
  throw new Error(`${target}.sql is there; a version that was not released yet is recorded with --again`);
}
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
for (const { name, files, args, exit } of goldenRuns) {
  for (const [file, content] of Object.entries(files)) writeFileSync(join(folder, file), content);
  const code = run(['run', ...args, '--json']);
  if (code !== exit) throw new Error(`${name} ended with ${code}, not ${exit}`);
}
const home = join(folder, '.orchestra');
forgetMachine(join(home, 'journal.db'));
const journal = await openSqliteJournal({ folder: home });
const runs = await readRuns(journal);
await journal.close();
writeFileSync(`${target}.sql`, dump(join(home, 'journal.db')));
writeFileSync(`${target}.json`, `${JSON.stringify(runs, undefined, 1)}\n`);
rmSync(folder, { recursive: true });
console.log(`recorded ${Object.keys(runs).length} runs in ${target}.sql`);

function run(args: readonly string[]): number {
  try {
    const env = { PATH: '/usr/bin:/bin', HOME: folder, TZ: 'UTC' };
    execFileSync(process.execPath, [launcher, ...args], { cwd: folder, env, stdio: ['ignore', 'ignore', 'inherit'] });
    return 0;
  } catch (thrown) {
    const { status } = thrown as { readonly status?: number | null };
    if (typeof status === 'number') return status;
    throw thrown;
  }
}

/** What names the machine it was recorded on, and says nothing. */
function forgetMachine(path: string): void {
  const database = new Database(path);
  database.exec(`
    update lease set pid = 1, host = 'golden', boot_id = 'golden', start_time = '0';
    update turn set payload = json_set(payload, '$.bootId', 'golden') where payload ->> '$.bootId' is not null;
  `);
  database.close();
}

import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Journal } from '../../engine/ports/journal.ts';
import { verifies } from '../../../test/support/verifies.ts';
import { armFailpoint } from '../../shared/failpoint.ts';
import { thisProcess } from '../../shared/process/identity.ts';
import { Database } from './database.ts';
import { openSqliteJournal } from './sqlite-journal.ts';

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'orchestra-sqlite-'));
  path = join(folder, 'journal.db');
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function startRun(journal: Journal, id: string) {
  const settings = await journal.keep({});
  await journal.createRun({ id, pipeline: 'p', bundle: 'b', walkVersion: 1, cwd: '/', settings, at: 1 });
  return journal.acquire(id, thisProcess());
}

test('an append alone is one commit; appends of any runs in one turn of the loop are one together', async () => {
  const journal = await openSqliteJournal({ folder });
  const leases = [await startRun(journal, 'r1'), await startRun(journal, 'r2')];
  const payload = await journal.keep({ n: 1 });
  const branch = await journal.openBranch(leases[0]!, 'work#1');
  let commits = 0;
  const counting = armFailpoint('journal:after-commit', () => (commits += 1));
  for (let count = 0; count < 5; count++)
    await journal.append(leases[0]!, [{ type: 'x', at: 1, payload }], { state: 'running' });
  expect(commits).toBe(5);
  await Promise.all([
    ...leases.map((lease) => journal.append(lease, [{ type: 'x', at: 1, payload }])),
    journal.appendToBranch(branch, [{ type: 'y', at: 1, payload }]),
    journal.openBranch(leases[1]!, 'work#2'),
    journal.heartbeat(leases[1]!),
  ]);
  expect(commits).toBe(6);
  counting[Symbol.dispose]();
  await journal.close();
});

test('the views answer to plain SQL', async () => {
  const journal = await openSqliteJournal({ folder });
  const lease = await startRun(journal, 'r1');
  const branch = await journal.openBranch(lease, 'work#1');
  await journal.appendToBranch(branch, [{ type: 'AgentText', at: 1_000, payload: await journal.keep({ text: 'hi' }) }]);
  const probe = new Database(path);
  expect(probe.all("select run, branch, type, at, payload ->> 'text' as text from events")).toEqual([
    { run: 'r1', branch: 'work#1', type: 'AgentText', at: '1970-01-01T00:00:01.000Z', text: 'hi' },
  ]);
  expect(probe.all('select run, key, starts, turns, last_type from operations')).toEqual([
    { run: 'r1', key: 'work#1', starts: 1, turns: 1, last_type: 'AgentText' },
  ]);
  probe.close();
  await journal.close();
});

test('large contents are compressed', async () => {
  const journal = await openSqliteJournal({ folder });
  const hash = await journal.putBlob('the same again and again '.repeat(10_000));
  const probe = new Database(path);
  const stored = probe.get<{ bytes: number; size: number }>(
    'select bytes, encoding, length(data) as size from blob where hash = ?',
    hash,
  );
  expect(stored).toMatchObject({ bytes: 250_000, encoding: 'zstd' });
  expect(stored?.size).toBeLessThan(1_000);
  probe.close();
  await journal.close();
});

verifies('durability:journal:blob-hash', 'a blob that is not what its hash says is refused, not read', async () => {
  const journal = await openSqliteJournal({ folder });
  const probe = new Database(path);
  for (const content of ['short', 'compressed '.repeat(10_000)]) {
    const hash = await journal.putBlob(content);
    const damages = ["x'00'", "substr(data, 1, length(data) - 1) || x'7f'", '(select data from blob where hash <> ?1)'];
    for (const damage of damages) {
      await journal.putBlob('another');
      probe.run(`update blob set data = cast(${damage} as blob) where hash = ?1`, hash);
      await expect(journal.getBlob(hash)).rejects.toMatchObject({ code: 'JOURNAL_CORRUPT', details: { blob: hash } });
    }
  }
  probe.close();
  await journal.close();
});

test('a file that is no database, or another program’s, is refused and left alone', async () => {
  await writeFile(
    path,
    'this is a text, and a rather long one, so that it cannot be taken for an empty file. '.repeat(20),
  );
  await expect(openSqliteJournal({ folder })).rejects.toMatchObject({ code: 'JOURNAL_CORRUPT' });
  await rm(path);
  const foreign = new Database(path);
  foreign.exec('create table theirs (a)');
  await expect(openSqliteJournal({ folder })).rejects.toMatchObject({ code: 'JOURNAL_CORRUPT' });
  expect(foreign.all('select name from sqlite_schema')).toEqual([{ name: 'theirs' }]);
  foreign.close();
});

test('a folder that cannot be there is told with its path', async () => {
  await writeFile(join(folder, 'file'), '');
  const attempts = [join(folder, 'file'), join(folder, 'file', 'below')];
  for (const place of attempts) {
    await expect(openSqliteJournal({ folder: place })).rejects.toMatchObject({
      code: 'JOURNAL_UNAVAILABLE',
      message: expect.stringContaining(place),
    });
  }
  await mkdir(path);
  await expect(openSqliteJournal({ folder })).rejects.toMatchObject({ code: 'JOURNAL_UNAVAILABLE' });
});

test('an owner whose journal was moved away learns it at its next heartbeat', async () => {
  const journal = await openSqliteJournal({ folder });
  const lease = await startRun(journal, 'r1');
  await journal.heartbeat(lease);
  await rename(path, `${path}.moved`);
  await expect(journal.heartbeat(lease)).rejects.toMatchObject({ code: 'JOURNAL_UNAVAILABLE' });
  await journal.close();
});

test('closing waits for what was asked for before', async () => {
  const journal = await openSqliteJournal({ folder });
  const lease = await startRun(journal, 'r1');
  const appended = journal.append(lease, [{ type: 'last', at: 1, payload: await journal.keep({}) }]);
  await journal.close();
  expect(await appended).toHaveLength(1);
});

test('a watcher does not keep the process alive', () => {
  const module = new URL('./sqlite-journal.ts', import.meta.url).href;
  const script = `const { openSqliteJournal } = await import(${JSON.stringify(module)});
    const journal = await openSqliteJournal({ folder: process.argv[1] });
    journal.watch('r1', () => undefined);`;
  execFileSync(process.execPath, ['--input-type=module', '--eval', script, folder]);
});

test('a damaged snapshot is none: the turns are still there', async () => {
  const journal = await openSqliteJournal({ folder });
  const lease = await startRun(journal, 'r1');
  const [turn] = await journal.append(lease, [{ type: 'x', at: 1, payload: await journal.keep({}) }]);
  const content = new Uint8Array(1_000).fill(7);
  await journal.keepSnapshot('r1', { seq: turn!.seq, turns: 1, form: 'f', content });
  expect(await journal.snapshot('r1', 'f')).toMatchObject({ turns: 1 });
  const probe = new Database(path);
  probe.run('update snapshot set data = zeroblob(octet_length(data))');
  probe.close();
  expect(await journal.snapshot('r1', 'f')).toBeUndefined();
  await journal.close();
});

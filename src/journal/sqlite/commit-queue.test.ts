import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { armFailpoint } from '../../shared/failpoint.ts';
import type { RunChange } from '../../engine/ports/journal.ts';
import { CommitQueue } from './commit-queue.ts';
import { Database } from './database.ts';

let folder: string;
let database: Database;
let queue: CommitQueue;
let commits: string[][];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'orchestra-queue-'));
  database = new Database(join(folder, 'journal.db'));
  database.exec('pragma journal_mode = wal; create table word (text text unique) strict');
  commits = [];
  queue = new CommitQueue(database, {
    busy: { path: database.path, limitMs: 50, onWaiting: () => undefined },
    largestGroup: 100,
    beforeWrites: () => undefined,
    onCommitted: (changes) => commits.push([...changes.keys()]),
  });
});

afterEach(async () => {
  await queue.idle();
  database.close();
  await rm(folder, { recursive: true });
});

const write = (text: string) => queue.submit(() => database.run('insert into word values (?)', text).lastId, text);
const words = () => database.all<{ text: string }>('select text from word').map(({ text }) => text);

test('writes asked for in one turn of the event loop share a commit, however they came to be asked for', async () => {
  await Promise.all([write('a'), Promise.resolve().then(() => write('b')), write('c')]);
  expect(commits).toEqual([['a', 'c', 'b']]);
});

test('writes that wait for each other take one commit each', async () => {
  for (const text of ['a', 'b', 'c']) await write(text);
  expect(commits).toEqual([['a'], ['b'], ['c']]);
});

test('a large crowd is committed in bounded groups', async () => {
  await Promise.all(Array.from({ length: 250 }, (_, index) => write(String(index))));
  expect(commits.map((runIds) => runIds.length)).toEqual([100, 100, 50]);
});

test('a write that throws is undone alone, whatever it had written', async () => {
  const refused = queue.submit(() => {
    database.run("insert into word values ('half')");
    throw new Error('no');
  });
  const results = await Promise.allSettled([write('a'), refused, write('a'), write('b')]);
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'fulfilled']);
  expect(words()).toEqual(['a', 'b']);
});

test('a write that throws without company leaves no trace either', async () => {
  const refused = queue.submit(() => {
    database.run("insert into word values ('half')");
    throw new Error('no');
  });
  await expect(refused).rejects.toThrow('no');
  await write('a');
  expect(words()).toEqual(['a']);
});

test('who watches is told of the most that happened to a run in one commit', async () => {
  const changes: ReadonlyMap<string, RunChange>[] = [];
  const told = new CommitQueue(database, {
    busy: { path: database.path, limitMs: 50, onWaiting: () => undefined },
    largestGroup: 100,
    beforeWrites: () => undefined,
    onCommitted: (change) => changes.push(change),
  });
  await Promise.all([
    told.submit(() => undefined, 'a', 'turns'),
    told.submit(() => undefined, 'b', 'turns'),
    told.submit(() => undefined, 'b'),
    told.submit(() => undefined, 'b', 'turns'),
    told.submit(() => undefined),
  ]);
  expect(changes.map((change) => [...change])).toEqual([
    [
      ['a', 'turns'],
      ['b', 'anything'],
    ],
  ]);
});

test('a commit that fails fails all that was asked for, and what is asked for afterwards works', async () => {
  armFailpoint('journal:before-commit', 'throw');
  const results = await Promise.allSettled([write('a'), write('b')]);
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(words()).toEqual([]);
  await write('c');
  expect(words()).toEqual(['c']);
});

test('a full disk is told as such, and nothing later is stored without what came before', async () => {
  // The page limit of SQLite fails just as a disk does.
  database.exec('pragma max_page_count = 10');
  const results = await Promise.allSettled([write('a'), write('b'.repeat(100_000)), write('c')]);
  for (const result of results) {
    expect(result).toMatchObject({ reason: { code: 'JOURNAL_UNAVAILABLE', message: expect.stringContaining('full') } });
  }
  expect(words()).toEqual([]);
});

import { beforeEach, expect, test } from 'vitest';
import { verifies } from '../../test/support/verifies.ts';
import type { Journal } from '../engine/ports/journal.ts';
import { openMemoryJournal } from '../journal/memory/memory-journal.ts';
import { findRun } from './find-run.ts';

const ids = ['20260301-120000-abc123', '20260301-120500-def456', '20260302-080000-0a1b2c'] as const;

let journal: Journal;
beforeEach(async () => {
  journal = openMemoryJournal();
  for (const id of ids) await create(id);
});

const create = async (id: string, parent?: string) =>
  journal.createRun({
    id,
    pipeline: 'demo',
    bundle: 'b'.repeat(64),
    walkVersion: 1,
    cwd: '/work',
    settings: await journal.keep({}),
    at: 1,
    ...(parent === undefined ? {} : { parent: { runId: parent, key: 'child#1' } }),
  });

test('a run is found by its id, by the beginning of it, children included, and as the last one', async () => {
  await create('child-1', ids[2]);
  expect((await findRun(journal, ids[0])).id).toBe(ids[0]);
  expect((await findRun(journal, '20260302')).id).toBe(ids[2]);
  expect((await findRun(journal, 'child')).id).toBe('child-1');
  expect((await findRun(journal, 'last')).id).toBe(ids[2]);
});

test('a beginning that several runs have is refused with some of them', async () => {
  await expect(findRun(journal, '20260301')).rejects.toMatchObject({
    code: 'RUN_UNKNOWN',
    message: '2 runs begin with 20260301',
    hint: `Write more of the id: ${ids[1]} (demo), ${ids[0]} (demo)`,
  });
});

verifies('machine:did-you-mean', 'a slip in an id names the run that was meant; another id names none', async () => {
  await expect(findRun(journal, '20260301-120000-abc132')).rejects.toMatchObject({
    hint: `Did you mean \`${ids[0]}\`?`,
  });
  await expect(findRun(journal, 'lsat')).rejects.toMatchObject({ hint: 'Did you mean `last`?' });
  // Of the same day, but not the same run.
  await expect(findRun(journal, '20260301-235959-777777')).rejects.toMatchObject({
    hint: 'Run `orchestra status` to list the runs of this project.',
  });
  await expect(findRun(journal, '')).rejects.toMatchObject({ code: 'RUN_UNKNOWN' });
});

test('a project without runs says how to begin', async () => {
  await expect(findRun(openMemoryJournal(), 'last')).rejects.toMatchObject({
    message: 'there are no runs yet',
    hint: expect.stringContaining('orchestra run FILE') as string,
  });
});

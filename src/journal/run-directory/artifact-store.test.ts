import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createRedactor } from '../../shared/redaction.ts';
import { verifies } from '../../../test/support/verifies.ts';
import { ArtifactStore } from './artifact-store.ts';
import { openMemoryJournal } from '../memory/memory-journal.ts';

let baseDir: string;
beforeEach(async () => {
  baseDir = await mkdtemp(join(tmpdir(), 'artifacts-'));
});
afterEach(() => rm(baseDir, { recursive: true }));

const journal = openMemoryJournal({ redactor: createRedactor({ KEY: 'correct-horse-battery' }) });
const openStore = (): ArtifactStore => new ArtifactStore({ journal, baseDir, now: () => 0 });
const files = async (): Promise<readonly string[]> => (await readdir(baseDir, { recursive: true })).toSorted();

verifies('artifact:store', 'an artifact has id, name, size and time, and is read back as it was stored', async () => {
  const store = openStore();
  const info = await store.store('plan-1', 'The plan', { steps: ['a', 'b'] });
  expect(info).toEqual({
    id: 'plan-1',
    name: 'The plan',
    sizeBytes: 19,
    storedAt: '1970-01-01T00:00:00.000Z',
    isFileBacked: false,
  });
  expect(await store.retrieve('plan-1')).toEqual({ steps: ['a', 'b'] });
  expect(await files()).toEqual([]);
});

verifies('artifact:file-backed', 'an artifact above 100 KB is a file, one of 100 KB is not', async () => {
  const store = openStore();
  const large = 'é'.repeat(60_000);
  expect(await store.store('log', 'Log', large)).toMatchObject({ isFileBacked: true, sizeBytes: 120_000 });
  expect(await store.store('edge', 'At the threshold', 'x'.repeat(100 * 1024))).toMatchObject({ isFileBacked: false });
  expect(await files()).toEqual(['artifacts', 'artifacts/log.json']);
  expect(JSON.parse(await readFile(join(baseDir, 'artifacts/log.json'), 'utf8'))).toBe(large);
  expect(await store.retrieve('log')).toBe(large);
  expect(await store.retrieve('edge')).toHaveLength(100 * 1024);
});

test('without a folder a large artifact is held too', async () => {
  const store = new ArtifactStore({ journal });
  expect(await store.store('log', 'Log', 'x'.repeat(200_000))).toMatchObject({ isFileBacked: false });
  expect(await store.retrieve('log')).toHaveLength(200_000);
});

verifies('artifact:missing', 'asking for an unknown artifact is an error', async () => {
  await expect(openStore().retrieve('none')).rejects.toMatchObject({ code: 'ARTIFACT_UNKNOWN' });
});

verifies(
  'artifact:list-remove-clear',
  'artifacts can be listed, replaced, removed and cleared, with their files',
  async () => {
    const store = openStore();
    await store.store('a', 'A', 'x'.repeat(200_000));
    await store.store('b', 'B', 'y'.repeat(200_000));
    await store.store('a', 'A again', 'short');
    expect(store.list().map(({ id, name }) => [id, name])).toEqual([
      ['a', 'A again'],
      ['b', 'B'],
    ]);
    expect(await files()).toEqual(['artifacts', 'artifacts/b.json']);
    await store.remove('a');
    expect([store.has('a'), store.has('b')]).toEqual([false, true]);
    await store.clear();
    expect(store.list()).toEqual([]);
    expect(await files()).toEqual(['artifacts']);
  },
);

verifies(
  ['defect:path-escape', 'defect:secrets-stored'],
  'what is stored is redacted, and no id leads out of the folder',
  async () => {
    const store = openStore();
    await store.store('../../out', 'Out', `${'x'.repeat(200_000)} correct-horse-battery`);
    expect(await files()).toEqual(['artifacts', 'artifacts/%2E.%2F..%2Fout.json']);
    expect(await store.retrieve('../../out')).toMatch(/\[redacted:KEY\]$/);
  },
);

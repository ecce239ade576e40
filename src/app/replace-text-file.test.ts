import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { verifies } from '../../test/support/verifies.ts';
import { replaceTextFile } from './replace-text-file.ts';

async function folderWith(name: string, text: string): Promise<{ folder: string; path: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'orchestra-replace-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, name);
  writeFileSync(path, text);
  return { folder, path };
}

test('a file gets its new text, and nothing is left beside it', async () => {
  const { folder, path } = await folderWith('a.dot', 'old');
  await replaceTextFile(path, Buffer.from('old'), 'new');
  expect(readFileSync(path, 'utf8')).toBe('new');
  expect(readdirSync(folder)).toEqual(['a.dot']);
});

verifies('fmt:write', 'a file that was changed since it was read keeps the change', async () => {
  const { folder, path } = await folderWith('a.dot', 'edited meanwhile');
  await expect(replaceTextFile(path, Buffer.from('old'), 'new')).rejects.toMatchObject({ code: 'FILE_UNWRITABLE' });
  expect(readFileSync(path, 'utf8')).toBe('edited meanwhile');
  expect(readdirSync(folder)).toEqual(['a.dot']);
});

test('what is no ordinary file, or is not there, is refused', async () => {
  const { folder } = await folderWith('a.dot', 'old');
  mkdirSync(join(folder, 'sub'));
  for (const name of ['sub', 'absent.dot']) {
    await expect(replaceTextFile(join(folder, name), Buffer.from(''), 'new')).rejects.toMatchObject({
      code: 'FILE_UNWRITABLE',
    });
  }
});

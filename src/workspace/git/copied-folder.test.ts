import { chmodSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { digestOf, gitScene } from '../../../test/support/git-scene.ts';
import { copyFolder } from './copied-folder.ts';
import { findRepository } from './repository.ts';
import { addWorktree } from './worktree.ts';

test('a folder that is no repository is worked on in a worktree, and stays as it is', async () => {
  const { git, folder, write, run } = gitScene();
  const plain = join(folder, 'plain');
  write(plain, 'a.txt', 'a\r\nb\n');
  write(plain, 'dir/run.sh', '#!/bin/sh\n');
  write(plain, '.gitattributes', '* text eol=crlf\n*.txt filter=missing\n');
  write(plain, '.gitignore', '*.log\n');
  write(plain, 'build.log', 'l');
  write(plain, '.orchestra/journal', 'j');
  chmodSync(join(plain, 'dir/run.sh'), 0o755);
  symlinkSync('a.txt', join(plain, 'link'));
  writeFileSync(Buffer.concat([Buffer.from(`${plain}/odd\n`), Buffer.of(0xff)]), 'odd');
  const before = digestOf(plain);
  const place = join(folder, 'home/copies/plain.git');
  const copy = { folder: plain, place, except: ['.orchestra'] };
  const copied = await copyFolder(git, copy);
  expect(copied).toEqual({ repository: place, head: copied.head, notices: [] });
  expect(digestOf(plain)).toBe(before);
  expect(await findRepository(git, place)).toMatchObject({ root: place, head: copied.head });
  const worktree = { repository: place, folder: join(folder, 'w'), branch: 'orchestra/p/r/main', at: copied.head };
  await addWorktree(git, worktree);
  for (const name of ['.git', '.orchestra', 'build.log'])
    rmSync(join(name === '.git' ? worktree.folder : plain, name), { recursive: true });
  expect(digestOf(worktree.folder)).toBe(digestOf(plain));
  expect(run(place, 'log', '-1', '--format=%an', copied.head)).toBe('Orchestra');
});

test('a second time only what changed is another commit', async () => {
  const { git, folder, write, run } = gitScene();
  const plain = join(folder, 'plain');
  for (const name of ['a.txt', 'b.txt']) write(plain, name, name);
  const copy = { folder: plain, place: join(folder, 'copy.git') };
  const first = await copyFolder(git, copy);
  expect(await copyFolder(git, copy)).toEqual(first);
  write(plain, 'a.txt', 'changed');
  rmSync(join(plain, 'b.txt'));
  write(plain, 'c.txt', 'c');
  const second = await copyFolder(git, copy);
  expect(run(copy.place, 'diff', '--name-status', first.head, second.head)).toBe('M\ta.txt\nD\tb.txt\nA\tc.txt');
  expect(run(copy.place, 'rev-parse', `${second.head}^`)).toBe(first.head);
});

test('much is told before it is copied, and repositories inside are left out', async () => {
  const { git, folder, checkout, write, run } = gitScene();
  const plain = join(folder, 'plain');
  write(plain, 'a.txt', 'a');
  run(folder, 'clone', '--quiet', checkout, join(plain, 'inner'));
  const copied = await copyFolder(git, { folder: plain, place: join(folder, 'copy.git') });
  expect(copied.notices).toEqual([expect.stringContaining(`${join(plain, 'inner')}/ is a git repository of its own`)]);
  expect(run(copied.repository, 'ls-tree', '--name-only', copied.head)).toBe('a.txt');
  write(plain, 'large', 'x'.repeat(2_000));
  const large = await copyFolder(git, { folder: plain, place: copied.repository, noticeAbove: 1_000 });
  expect(large.notices[0]).toContain('1 files (1 MB) are copied');
});

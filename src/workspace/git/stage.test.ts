import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { gitScene } from '../../../test/support/git-scene.ts';
import { addedText, changedFiles, diffText } from './changes.ts';
import { stageChanges, unstage } from './stage.ts';

const limit = 100_000;

test('named paths are staged, and nothing else', async () => {
  const { git, worktree, write, run } = gitScene();
  const { folder } = await worktree('main');
  write(folder, 'README.md', 'changed\n');
  write(folder, 'dir/new.txt', 'new\n');
  write(folder, 'other.txt', 'other\n');
  const staged = await stageChanges(git, { folder, paths: ['README.md', 'dir/new.txt', 'never.txt'] });
  expect(await changedFiles(git, staged)).toEqual([
    { path: 'README.md', change: 'modified' },
    { path: 'dir/new.txt', change: 'created' },
  ]);
  expect(run(folder, 'status', '--porcelain')).toBe('M  README.md\nA  dir/new.txt\n?? other.txt');
  await unstage(git, folder);
  expect(run(folder, 'status', '--porcelain')).toBe(' M README.md\n?? dir/\n?? other.txt');
});

test('removed, moved and turned into something else', async () => {
  const { git, checkout, commit, worktree, write } = gitScene();
  commit(checkout, { 'gone.txt': 'g\n', 'moved.txt': 'm\n', file: 'f\n', 'folder/a.txt': 'a\n', link: 'l\n' });
  const { folder } = await worktree('main');
  rmSync(join(folder, 'gone.txt'));
  renameSync(join(folder, 'moved.txt'), join(folder, 'there.txt'));
  rmSync(join(folder, 'file'));
  write(folder, 'file/inside.txt', 'i\n');
  rmSync(join(folder, 'folder'), { recursive: true });
  write(folder, 'folder', 'now a file\n');
  rmSync(join(folder, 'link'));
  symlinkSync('README.md', join(folder, 'link'));
  const paths = ['gone.txt', 'moved.txt', 'there.txt', 'file', 'file/inside.txt', 'folder', 'folder/a.txt', 'link'];
  const some = await stageChanges(git, { folder, paths });
  const all = await stageChanges(git, { folder });
  expect(some.tree).toBe(all.tree);
  expect(await changedFiles(git, some)).toEqual([
    { path: 'file', change: 'deleted' },
    { path: 'file/inside.txt', change: 'created' },
    { path: 'folder', change: 'created' },
    { path: 'folder/a.txt', change: 'deleted' },
    { path: 'gone.txt', change: 'deleted' },
    { path: 'link', change: 'modified' },
    { path: 'moved.txt', change: 'deleted' },
    { path: 'there.txt', change: 'created' },
  ]);
  const { lines: added } = await addedText(git, some, { limit });
  expect(added).toContainEqual({ path: 'there.txt', line: 1, text: 'm' });
  expect(added).toContainEqual({ path: 'link', line: 1, text: 'README.md' });
});

test('ignored files stay out, by name and by nested rules, and tracked ones that are ignored do not', async () => {
  const { git, checkout, commit, worktree, write, run } = gitScene();
  write(checkout, 'kept.log', 'k\n');
  run(checkout, 'add', '--force', 'kept.log');
  commit(checkout, { '.gitignore': '*.log\n', 'deep/.gitignore': '!wanted.log\n*.tmp\n' });
  const { folder } = await worktree('main');
  for (const path of ['kept.log', 'a.log', 'deep/wanted.log', 'deep/x.tmp', 'a.txt']) write(folder, path, 'new\n');
  const paths = ['kept.log', 'a.log', 'deep/wanted.log', 'deep/x.tmp', 'a.txt'];
  const some = await stageChanges(git, { folder, paths });
  expect((await changedFiles(git, some)).map(({ path }) => path)).toEqual(['a.txt', 'deep/wanted.log', 'kept.log']);
  expect((await stageChanges(git, { folder })).tree).toBe(some.tree);
  expect((await stageChanges(git, { folder, paths: ['a.log'] })).tree).toBe(some.tree);
});

test('names may hold anything', async () => {
  const { git, worktree, write } = gitScene();
  const { folder } = await worktree('main');
  const names = [
    'new\nline.txt',
    '"quoted".txt',
    '-leading.txt',
    '--all',
    'a*b?.txt',
    ':(glob)x',
    'tab\t.txt',
    'ü.txt',
    'back\\slash',
    ' ',
  ];
  for (const name of names) write(folder, name, `${name}\n`);
  const staged = await stageChanges(git, { folder, paths: names });
  expect((await changedFiles(git, staged)).map(({ path }) => path).toSorted()).toEqual(names.toSorted());
  const found = new Set((await addedText(git, staged, { limit })).lines.map(({ path }) => path));
  expect([...found].toSorted()).toEqual(names.toSorted());
});

test('names that are no UTF-8 are staged with the rest', async () => {
  const { git, worktree } = gitScene();
  const { folder } = await worktree('main');
  writeFileSync(Buffer.concat([Buffer.from(`${folder}/odd`), Buffer.of(0xff, 0xfe)]), 'odd\n');
  const staged = await stageChanges(git, { folder });
  expect(await changedFiles(git, staged)).toEqual([{ path: 'odd\uFFFD\uFFFD', change: 'created' }]);
  const names = execFileSync('git', ['ls-tree', '-z', '--name-only', staged.tree], { cwd: folder });
  expect(names.includes(Buffer.of(0xff, 0xfe))).toBe(true);
});

test('a change of the executable bit is a change', async () => {
  const { git, worktree } = gitScene();
  const { folder } = await worktree('main');
  chmodSync(join(folder, 'README.md'), 0o755);
  const staged = await stageChanges(git, { folder, paths: ['README.md'] });
  expect(await changedFiles(git, staged)).toEqual([{ path: 'README.md', change: 'modified' }]);
  expect(await addedText(git, staged, { limit })).toEqual({ lines: [] });
});

test('what was put back is no change', async () => {
  const { git, worktree, write } = gitScene();
  const { folder } = await worktree('main');
  write(folder, 'README.md', 'Hello\n');
  expect(await stageChanges(git, { folder, paths: ['README.md'] })).toMatchObject({ isEmpty: true });
});

test('a sparse checkout keeps what it leaves out, and takes what is written there', async () => {
  const { git, checkout, commit, worktree, write, run } = gitScene();
  commit(checkout, { 'in/a.txt': 'a', 'out/b.txt': 'b' });
  run(checkout, 'sparse-checkout', 'set', 'in');
  const { folder } = await worktree('main');
  write(folder, 'out/new.txt', 'n');
  for (const paths of [['out/new.txt'], undefined]) {
    const staged = await stageChanges(git, { folder, ...(paths && { paths }) });
    expect(await changedFiles(git, staged)).toEqual([{ path: 'out/new.txt', change: 'created' }]);
  }
});

test('in a repository without a commit everything is new', async () => {
  const { git, folder, run, write } = gitScene();
  const empty = join(folder, 'empty');
  mkdirSync(empty);
  run(empty, 'init', '--quiet');
  expect(await stageChanges(git, { folder: empty })).toMatchObject({ isEmpty: true });
  write(empty, 'a.txt', 'a\n');
  const staged = await stageChanges(git, { folder: empty, paths: ['a.txt'] });
  expect(await changedFiles(git, staged)).toEqual([{ path: 'a.txt', change: 'created' }]);
  expect(await addedText(git, staged, { limit })).toEqual({ lines: [{ path: 'a.txt', line: 1, text: 'a' }] });
  await unstage(git, empty);
  expect(run(empty, 'status', '--porcelain')).toBe('?? a.txt');
});

test('added lines are told with their numbers, whatever they look like, and binaries are not', async () => {
  const { git, checkout, commit, worktree, write } = gitScene();
  commit(checkout, { 'a.txt': '1\n2\n3\n4\n', 'b.txt': 'gone\n' });
  const { folder } = await worktree('main');
  write(folder, 'a.txt', '1\ndiff --git a/x b/x\n@@ -1 +1 @@\n3\n4\n+++ b/y\n');
  write(folder, 'b.txt', 'no newline at the end');
  write(folder, 'c.bin', 'a\0b\n');
  const staged = await stageChanges(git, { folder });
  expect(await addedText(git, staged, { limit })).toEqual({
    lines: [
      { path: 'a.txt', line: 2, text: 'diff --git a/x b/x' },
      { path: 'a.txt', line: 3, text: '@@ -1 +1 @@' },
      { path: 'a.txt', line: 6, text: '+++ b/y' },
      { path: 'b.txt', line: 1, text: 'no newline at the end' },
    ],
  });
});

test('added lines beyond a limit are left out, and it is told where', async () => {
  const { git, checkout, commit, worktree, write } = gitScene();
  commit(checkout, { 'gone.txt': 'g\n'.repeat(5_000), 'less.txt': 'l\n'.repeat(5_000) });
  const { folder } = await worktree('main');
  rmSync(join(folder, 'gone.txt'));
  const removed = await stageChanges(git, { folder });
  expect(await addedText(git, removed, { limit: 1_000 })).toEqual({ lines: [] });
  write(folder, 'less.txt', 'few\n');
  const less = await stageChanges(git, { folder });
  expect(await addedText(git, less, { limit: 1_000 })).toEqual({ lines: [], cut: { path: 'less.txt', line: 1 } });
  write(folder, 'a.txt', 'x\n'.repeat(5_000));
  const much = await addedText(git, await stageChanges(git, { folder }), { limit: 1_000 });
  expect(much.lines.length).toBeGreaterThan(100);
  expect(much.cut).toMatchObject({ path: 'a.txt', line: much.lines.length });
});

test('a patch is cut to its limit and says so', async () => {
  const { git, checkout, commit, run } = gitScene();
  const from = run(checkout, 'rev-parse', 'HEAD');
  const to = commit(checkout, { 'a.txt': 'x\n'.repeat(5_000), 'b.txt': 'b\n' });
  expect(await diffText(git, checkout, from, to, { limit: 200 })).toMatch(/\[\.\.\. cut after 200 bytes \.\.\.\]\n$/);
  expect(await diffText(git, checkout, from, to, { limit, paths: ['b.txt'] })).toMatch(
    /^diff --git a\/b\.txt b\/b\.txt\n[^]*\+b\n$/,
  );
});

test('no program of the user takes part in showing changes', async () => {
  const { git, checkout, commit, run, worktree, write } = gitScene();
  commit(checkout, { '.gitattributes': '*.txt diff=own\n', 'a.txt': 'a\n' });
  run(checkout, 'config', 'diff.own.command', 'false');
  run(checkout, 'config', 'diff.own.textconv', 'false');
  run(checkout, 'config', 'diff.external', 'false');
  run(checkout, 'config', 'color.ui', 'always');
  run(checkout, 'config', 'diff.noprefix', 'true');
  const { folder } = await worktree('main');
  write(folder, 'a.txt', 'b\n');
  const staged = await stageChanges(git, { folder });
  expect(await addedText(git, staged, { limit })).toEqual({ lines: [{ path: 'a.txt', line: 1, text: 'b' }] });
});

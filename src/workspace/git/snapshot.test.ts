import { chmodSync, existsSync, readFileSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { digestOf, gitScene } from '../../../test/support/git-scene.ts';
import { startMerge } from './merge-in-folder.ts';
import { captureUncommitted, restoreTo } from './snapshot.ts';

const ref = 'refs/orchestra/r/1';

test('uncommitted work is kept and comes back, while index and files stay as they are', async () => {
  const scene = gitScene();
  const { git, checkout, commit, write, run } = scene;
  commit(checkout, { '.gitignore': '*.log\n', 'dir/a.txt': 'a\n', 'gone.txt': 'g\n', 'run.sh': '#\n' });
  const { folder, branch, at } = await scene.worktree('main');
  write(folder, 'staged.txt', 'staged\n');
  run(folder, 'add', 'staged.txt');
  for (const [path, text] of [
    ['dir/a.txt', 'dirty\n'],
    ['new\nname.txt', 'n\n'],
    ['build.log', 'l\n'],
  ] as const)
    write(folder, path, text);
  rmSync(join(folder, 'gone.txt'));
  chmodSync(join(folder, 'run.sh'), 0o755);
  symlinkSync('run.sh', join(folder, 'link'));
  const [status, before] = [run(folder, 'status', '--porcelain'), digestOf(folder)];
  const uncommitted = await captureUncommitted(git, { folder, ref });
  expect(digestOf(folder)).toBe(before);
  expect(run(folder, 'status', '--porcelain')).toBe(status);
  expect(await captureUncommitted(git, { folder, ref })).toBe(uncommitted);
  expect(run(checkout, 'rev-parse', ref, `${ref}^`)).toBe(`${uncommitted}\n${at}`);

  await restoreTo(git, { folder, branch, head: at });
  expect(run(folder, 'status', '--porcelain')).toBe('');
  await restoreTo(git, { folder, branch, head: at, uncommitted });
  expect(run(folder, 'status', '--porcelain', '-z').split('\0')).toEqual([
    ' M dir/a.txt',
    ' D gone.txt',
    ' M run.sh',
    '?? link',
    '?? new\nname.txt',
    '?? staged.txt',
    '',
  ]);
  expect(readlinkSync(join(folder, 'link'))).toBe('run.sh');
  expect(existsSync(join(folder, 'build.log'))).toBe(true);
});

test('where nothing is uncommitted there is nothing to keep', async () => {
  const { git, worktree } = gitScene();
  const { folder } = await worktree('main');
  expect(await captureUncommitted(git, { folder, ref })).toBeUndefined();
});

test('the work of a user can be kept as well, and they do not notice', async () => {
  const { git, checkout, write, run } = gitScene();
  write(checkout, 'staged.txt', 's\n');
  run(checkout, 'add', 'staged.txt');
  write(checkout, 'README.md', 'dirty\n');
  run(checkout, 'checkout', '--quiet', '--detach');
  const before = digestOf(checkout);
  const kept = await captureUncommitted(git, { folder: checkout, ref });
  expect(run(checkout, 'show', `${kept}:README.md`)).toBe('dirty');
  expect(digestOf(checkout)).toBe(before);
});

test('what a return leaves behind is kept, commits and uncommitted work, even of a branch that was left', async () => {
  const { git, worktree, commit, write, run } = gitScene();
  const { folder, branch, at } = await worktree('main');
  const tip = commit(folder, { 'a.txt': 'a\n' });
  run(folder, 'checkout', '--quiet', '--detach', at);
  const aside = commit(folder, { 'b.txt': 'b\n' });
  write(folder, 'c.txt', 'c\n');
  const keep = 'refs/orchestra/r/left/1';
  await restoreTo(git, { folder, branch, head: at, keep });
  expect(run(folder, 'rev-parse', `${keep}^1`, `${keep}^2`)).toBe(`${aside}\n${tip}`);
  expect(run(folder, 'show', `${keep}:c.txt`)).toBe('c');
  expect(run(folder, 'symbolic-ref', '--short', 'HEAD')).toBe(branch);
  expect(run(folder, 'rev-parse', 'HEAD')).toBe(at);
  expect(run(folder, 'status', '--porcelain')).toBe('');
  const kept = run(folder, 'rev-parse', keep);
  write(folder, 'd.txt', 'd\n');
  await restoreTo(git, { folder, branch, head: at, keep });
  expect(run(folder, 'rev-parse', keep)).toBe(kept);
});

test('nothing new is nothing to keep', async () => {
  const { git, worktree, run } = gitScene();
  const { folder, branch, at } = await worktree('main');
  await restoreTo(git, { folder, branch, head: at, keep: 'refs/orchestra/r/left/1' });
  expect(run(folder, 'for-each-ref', 'refs/orchestra')).toBe('');
});

test('a merge that goes on is over after a return', async () => {
  const scene = gitScene();
  const { git, commit, run } = scene;
  const [{ folder, branch, at }, side] = [await scene.worktree('main'), await scene.worktree('side')];
  commit(folder, { 'a.txt': 'ours\n' });
  await startMerge(git, { folder, theirs: commit(side.folder, { 'a.txt': 'theirs\n' }) });
  await restoreTo(git, { folder, branch, head: at });
  expect(run(folder, 'status')).not.toContain('merge');
  expect(run(folder, 'status', '--porcelain')).toBe('');
});

test('what stands in the way of a file goes, folders with repositories as well', async () => {
  const { git, worktree, commit, write, run } = gitScene();
  const { folder, branch, at } = await worktree('main');
  rmSync(join(folder, 'README.md'));
  write(folder, 'README.md/inside.txt', 'i\n');
  run(join(folder, 'README.md'), 'init', '--quiet');
  commit(join(folder, 'README.md'), { 'more.txt': 'm\n' });
  await restoreTo(git, { folder, branch, head: at });
  expect(readFileSync(join(folder, 'README.md'), 'utf8')).toBe('Hello\n');
});

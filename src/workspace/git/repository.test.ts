import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { gitScene } from '../../../test/support/git-scene.ts';
import { findRepository, isDirty, resolveCommit } from './repository.ts';

test('a folder without a repository is in none', async () => {
  const { git, folder } = gitScene();
  expect(await findRepository(git, folder)).toBeUndefined();
});

test('a repository is found from below, with a newline in its path as well', async () => {
  const { git, folder, run } = gitScene();
  const root = join(folder, 'odd\nname');
  mkdirSync(join(root, 'below'), { recursive: true });
  run(root, 'init', '--quiet');
  expect(await findRepository(git, join(root, 'below'))).toEqual({
    root,
    commonDir: join(root, '.git'),
    head: undefined,
    branch: 'main',
  });
});

test('a detached head is on no branch', async () => {
  const { git, checkout, run } = gitScene();
  run(checkout, 'checkout', '--quiet', '--detach');
  expect(await findRepository(git, checkout)).toMatchObject({
    branch: undefined,
    head: run(checkout, 'rev-parse', 'HEAD'),
  });
});

test('a worktree shares what its repository keeps', async () => {
  const { git, checkout, worktree } = gitScene();
  const { folder, branch } = await worktree('main');
  expect(await findRepository(git, folder)).toMatchObject({ root: folder, commonDir: join(checkout, '.git'), branch });
});

test('a bare repository is its own root, and the inside of a `.git` is none', async () => {
  const { git, folder, checkout, run } = gitScene();
  const bare = join(folder, 'bare.git');
  run(folder, 'clone', '--quiet', '--bare', checkout, bare);
  expect(await findRepository(git, bare)).toMatchObject({ root: bare, commonDir: bare });
  expect(await findRepository(git, join(checkout, '.git'))).toBeUndefined();
});

test('untracked files make a checkout dirty, ignored ones do not', async () => {
  const { git, checkout, write, commit } = gitScene();
  commit(checkout, { '.gitignore': '*.log\n' });
  write(checkout, 'a.log', 'x');
  expect(await isDirty(git, checkout)).toBe(false);
  write(checkout, 'a.txt', 'x');
  expect(await isDirty(git, checkout)).toBe(true);
});

test('revisions are resolved to commits, and what looks like an option is none', async () => {
  const { git, checkout, run } = gitScene();
  const head = run(checkout, 'rev-parse', 'HEAD');
  run(checkout, 'tag', '-a', 'v1', '-m', 'one');
  expect(await resolveCommit(git, checkout, 'v1')).toBe(head);
  expect(await resolveCommit(git, checkout, '--all')).toBeUndefined();
  expect(await resolveCommit(git, checkout, 'nowhere')).toBeUndefined();
});

import { existsSync, lstatSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { digestOf, gitScene, installHook } from '../../../test/support/git-scene.ts';
import { refComponent } from './ref-name.ts';
import { addWorktree, listWorktrees, removeWorktree } from './worktree.ts';

test('a worktree comes and goes, and the checkout does not notice', async () => {
  const scene = gitScene();
  const { git, checkout, write, run, commit } = scene;
  commit(checkout, { 'dir/a.txt': 'a\n', '.gitignore': '*.log\n' });
  write(checkout, 'staged.txt', 'staged');
  run(checkout, 'add', 'staged.txt');
  for (const [path, text] of [
    ['README.md', 'dirty'],
    ['untracked.txt', 'u'],
    ['build.log', 'l'],
  ] as const)
    write(checkout, path, text);
  const before = digestOf(checkout);
  const wanted = await scene.worktree('main');
  expect(readFileSync(join(wanted.folder, 'README.md'), 'utf8')).toBe('Hello\n');
  expect(existsSync(join(wanted.folder, 'staged.txt'))).toBe(false);
  expect(run(wanted.folder, 'status', '--porcelain')).toBe('');
  expect(await addWorktree(git, wanted)).toBe('found');
  await removeWorktree(git, wanted);
  expect(existsSync(wanted.folder)).toBe(false);
  expect(run(checkout, 'rev-parse', wanted.branch)).toBe(wanted.at);
  expect(digestOf(checkout)).toBe(before);
});

test('branches stand side by side under any name', async () => {
  const { git, checkout, folder, run } = gitScene();
  const at = run(checkout, 'rev-parse', 'HEAD');
  for (const [index, name] of ['fan#1/security', '-x', 'a.lock', 'ünï', 'a b', '..'].entries()) {
    const branch = `orchestra/p/r/${refComponent(name)}`;
    expect(await addWorktree(git, { repository: checkout, folder: join(folder, `odd ${index}\n`), branch, at })).toBe(
      'created',
    );
  }
  expect(await listWorktrees(git, checkout)).toHaveLength(7);
});

test('a folder that was deleted by hand is made again, where its branch is by now', async () => {
  const { git, worktree, commit } = gitScene();
  const wanted = await worktree('main');
  const head = commit(wanted.folder, { 'a.txt': 'a' });
  rmSync(wanted.folder, { recursive: true });
  expect(await addWorktree(git, wanted)).toBe('created');
  expect((await listWorktrees(git, wanted.repository))[1]).toMatchObject({
    head,
    branch: wanted.branch,
    isPrunable: false,
  });
});

test('a worktree that was made half is made anew', async () => {
  const { git, worktree, checkout } = gitScene();
  const wanted = await worktree('main');
  rmSync(join(wanted.folder, 'README.md'));
  rmSync(join(checkout, '.git/worktrees/main/orchestra-complete'));
  writeFileSync(join(checkout, '.git/worktrees/main/index.lock'), '');
  expect(await addWorktree(git, wanted)).toBe('created');
  expect(existsSync(join(wanted.folder, 'README.md'))).toBe(true);
});

test('removing takes that folder only, whatever has become of it', async () => {
  const { git, worktree, checkout, run, folder } = gitScene();
  const [one, locked, gone] = [await worktree('one'), await worktree('locked'), await worktree('gone')];
  const foreign = join(folder, 'foreign');
  run(checkout, 'worktree', 'add', '--quiet', '--detach', foreign);
  run(checkout, 'worktree', 'lock', locked.folder);
  writeFileSync(join(locked.folder, 'new.txt'), 'new');
  rmSync(gone.folder, { recursive: true });
  for (const wanted of [locked, gone, gone]) await removeWorktree(git, wanted);
  const left = (await listWorktrees(git, checkout)).map((worktree) => worktree.folder);
  expect(left.toSorted()).toEqual([checkout, foreign, one.folder].toSorted());
  // Git forgot it, and its folder stayed.
  rmSync(join(checkout, '.git/worktrees/one'), { recursive: true });
  await removeWorktree(git, one);
  expect(existsSync(one.folder)).toBe(false);
});

test('a folder of somebody else is not removed', async () => {
  const { git, checkout, folder, write } = gitScene();
  write(folder, 'mine/a.txt', 'a');
  const removing = removeWorktree(git, { repository: checkout, folder: join(folder, 'mine') });
  await expect(removing).rejects.toMatchObject({ code: 'GIT_FOLDER_TAKEN' });
  expect(existsSync(join(folder, 'mine/a.txt'))).toBe(true);
});

test('symbolic links and executable files come along', async () => {
  const { checkout, commit, write, worktree, run } = gitScene();
  write(checkout, 'run.sh', '#!/bin/sh\n');
  run(checkout, 'add', 'run.sh');
  run(checkout, 'update-index', '--chmod=+x', 'run.sh');
  symlinkSync('run.sh', join(checkout, 'link'));
  run(checkout, 'checkout', '--', '.');
  run(checkout, 'config', 'core.fileMode', 'true');
  commit(checkout, {});
  const { folder } = await worktree('main');
  expect(readlinkSync(join(folder, 'link'))).toBe('run.sh');
  expect(lstatSync(join(folder, 'run.sh')).mode & 0o111).not.toBe(0);
});

test('what the sparse checkout of the user leaves out is left out', async () => {
  const { checkout, commit, worktree, run } = gitScene();
  commit(checkout, { 'in/a.txt': 'a', 'out/b.txt': 'b' });
  run(checkout, 'sparse-checkout', 'set', 'in');
  const { folder } = await worktree('main');
  expect(existsSync(join(folder, 'in/a.txt'))).toBe(true);
  expect(existsSync(join(folder, 'out'))).toBe(false);
  expect(run(folder, 'status', '--porcelain')).toBe('');
});

test('submodules come from the clones of the checkout, without the network', async () => {
  const { checkout, folder, commit, run, worktree } = gitScene();
  const library = join(folder, 'library');
  run(folder, 'init', '--quiet', library);
  commit(library, { 'lib.txt': 'lib\n' });
  run(checkout, '-c', 'protocol.file.allow=always', 'submodule', 'add', '--quiet', library, 'vendor/lib');
  run(checkout, 'commit', '--quiet', '-m', 'Submodule');
  rmSync(library, { recursive: true });
  const before = readFileSync(join(checkout, '.git/config'), 'utf8');
  const wanted = await worktree('main');
  expect(readFileSync(join(wanted.folder, 'vendor/lib/lib.txt'), 'utf8')).toBe('lib\n');
  expect(run(join(wanted.folder, 'vendor/lib'), 'remote', 'get-url', 'origin')).toBe(library);
  expect(run(wanted.folder, 'status', '--porcelain')).toBe('');
  expect(readFileSync(join(checkout, '.git/config'), 'utf8')).toBe(before);
});

test('a submodule that nobody has cloned stays empty', async () => {
  const { git, checkout, folder, commit, run } = gitScene();
  const library = join(folder, 'library');
  run(folder, 'init', '--quiet', library);
  commit(library, { 'lib.txt': 'lib\n' });
  run(checkout, '-c', 'protocol.file.allow=always', 'submodule', 'add', '--quiet', library, 'lib');
  run(checkout, 'commit', '--quiet', '-m', 'Submodule');
  const copy = join(folder, 'copy');
  run(folder, 'clone', '--quiet', checkout, copy);
  const wanted = { repository: copy, folder: join(folder, 'w'), branch: 'orchestra/x', at: 'HEAD' };
  expect(await addWorktree(git, wanted)).toBe('created');
  expect(existsSync(join(wanted.folder, 'lib/lib.txt'))).toBe(false);
});

test('Git LFS that is configured and not installed leaves pointers', async () => {
  const { checkout, commit, run, worktree } = gitScene();
  const pointer = 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n';
  commit(checkout, { '.gitattributes': '*.bin filter=lfs diff=lfs merge=lfs -text\n', 'a.bin': pointer });
  run(checkout, 'config', '--global', 'filter.lfs.process', 'git-lfs filter-process');
  run(checkout, 'config', '--global', 'filter.lfs.smudge', 'git-lfs smudge -- %f');
  run(checkout, 'config', '--global', 'filter.lfs.clean', 'git-lfs clean -- %f');
  run(checkout, 'config', '--global', 'filter.lfs.required', 'true');
  const { folder } = await worktree('main');
  expect(readFileSync(join(folder, 'a.bin'), 'utf8')).toBe(pointer);
});

test('hooks of the user do not run', async () => {
  const scene = gitScene();
  installHook(scene, 'post-checkout', 'exit 2');
  installHook(scene, 'reference-transaction', 'exit 1');
  expect((await scene.worktree('main')).branch).toBe('orchestra/p/r/main');
});

test('twenty at once do not get into each other’s way', async () => {
  const { git, checkout, worktree } = gitScene();
  await Promise.all(Array.from({ length: 20 }, (_, index) => worktree(`w${index}`)));
  expect(await listWorktrees(git, checkout)).toHaveLength(21);
});

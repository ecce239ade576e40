import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { digestOf, gitScene } from '../../../test/support/git-scene.ts';
import { addedText, changedFiles, diffText } from './changes.ts';
import { commitStaged } from './commit.ts';
import { advance, mergeCommits } from './merge.ts';
import { abortMerge, concludeMerge, startMerge } from './merge-in-folder.ts';
import { findRepository, isDirty } from './repository.ts';
import { captureUncommitted, restoreTo } from './snapshot.ts';
import { stageChanges } from './stage.ts';
import { addWorktree, listWorktrees, removeWorktree } from './worktree.ts';

test('a session from beginning to end', async () => {
  const scene = gitScene();
  const { git, checkout, folder, write, run } = scene;
  const base = scene.commit(checkout, { 'a.txt': 'one\ntwo\nthree\n', 'dir/b.txt': 'b\n' });
  const before = digestOf(checkout);
  expect(await findRepository(git, join(checkout, 'dir'))).toEqual({
    root: checkout,
    commonDir: join(checkout, '.git'),
    head: base,
    branch: 'main',
  });
  const main = { repository: checkout, folder: join(folder, 'w/main'), branch: 'orchestra/p/r/main', at: base };
  const side = { repository: checkout, folder: join(folder, 'w/side'), branch: 'orchestra/p/r/side', at: base };
  expect(await addWorktree(git, main)).toBe('created');
  expect(await addWorktree(git, main)).toBe('found');
  expect(await addWorktree(git, side)).toBe('created');
  expect((await listWorktrees(git, checkout)).map(({ branch }) => branch)).toEqual(['main', main.branch, side.branch]);
  const commit = async (top: string, paths?: string[]): Promise<string> => {
    const staged = await stageChanges(git, { folder: top, ...(paths && { paths }) });
    return commitStaged(git, staged, {
      message: 'x',
      author: { name: 'a', email: 'b' },
      hooks: 'run',
      signing: 'keep',
    });
  };
  write(main.folder, 'a.txt', 'ONE\ntwo\nthree\n');
  write(main.folder, 'new.txt', 'n\n');
  const staged = await stageChanges(git, { folder: main.folder, paths: ['a.txt', 'new.txt', 'never.txt'] });
  expect(await changedFiles(git, staged)).toEqual([
    { path: 'a.txt', change: 'modified' },
    { path: 'new.txt', change: 'created' },
  ]);
  expect(await addedText(git, staged, { limit: 10000 })).toEqual([
    { path: 'a.txt', line: 1, text: 'ONE' },
    { path: 'new.txt', line: 1, text: 'n' },
  ]);
  const first = await commit(main.folder, ['a.txt', 'new.txt']);
  expect(await diffText(git, main.folder, base, first, { limit: 10000, paths: ['new.txt'] })).toContain('+n');
  expect(await isDirty(git, main.folder)).toBe(false);
  write(side.folder, 'a.txt', 'one\ntwo\nTHREE\n');
  const second = await commit(side.folder);
  const merged = await mergeCommits(git, { folder: main.folder, ours: first, theirs: second, message: 'merge' });
  expect(merged).toEqual(
    await mergeCommits(git, { folder: main.folder, ours: first, theirs: second, message: 'merge' }),
  );
  if (merged.kind !== 'merged') throw new Error(merged.kind);
  await advance(git, { folder: main.folder, branch: main.branch, from: first, to: merged.commit });
  expect(readFileSync(join(main.folder, 'a.txt'), 'utf8')).toBe('ONE\ntwo\nTHREE\n');
  expect(await isDirty(git, main.folder)).toBe(false);
  expect(
    await mergeCommits(git, { folder: main.folder, ours: merged.commit, theirs: second, message: 'merge' }),
  ).toEqual({ kind: 'unchanged' });
  write(side.folder, 'a.txt', 'other\n');
  const third = await commit(side.folder);
  const conflict = await mergeCommits(git, {
    folder: main.folder,
    ours: merged.commit,
    theirs: third,
    message: 'merge',
  });
  expect(conflict).toMatchObject({ kind: 'conflict', files: [{ path: 'a.txt' }] });
  expect(await startMerge(git, { folder: main.folder, theirs: third })).toEqual(['a.txt']);
  expect(await startMerge(git, { folder: main.folder, theirs: third })).toEqual(['a.txt']);
  await expect(concludeMerge(git, { folder: main.folder, message: 'm' })).rejects.toMatchObject({
    code: 'GIT_UNMERGED',
  });
  await abortMerge(git, main.folder);
  expect(await isDirty(git, main.folder)).toBe(false);
  await startMerge(git, { folder: main.folder, theirs: third });
  write(main.folder, 'a.txt', 'resolved\n');
  const done = await concludeMerge(git, { folder: main.folder, message: 'm' });
  expect(await concludeMerge(git, { folder: main.folder, message: 'm' })).toBe(done);
  expect(run(main.folder, 'show', '-s', '--format=%P', done)).toBe(`${merged.commit} ${third}`);
  write(main.folder, 'u.txt', 'untracked\n');
  write(main.folder, 'a.txt', 'dirty\n');
  const snapshot = await captureUncommitted(git, { folder: main.folder, ref: 'refs/orchestra/x/1' });
  await restoreTo(git, { folder: main.folder, branch: main.branch, head: base, keep: 'refs/orchestra/x/kept' });
  expect(existsSync(join(main.folder, 'u.txt'))).toBe(false);
  expect(await isDirty(git, main.folder)).toBe(false);
  await restoreTo(git, { folder: main.folder, branch: main.branch, head: done, uncommitted: snapshot });
  expect(run(main.folder, 'status', '--porcelain')).toBe(' M a.txt\n?? u.txt');
  await removeWorktree(git, main);
  await removeWorktree(git, main);
  await removeWorktree(git, side);
  expect(await listWorktrees(git, checkout)).toHaveLength(1);
  expect(digestOf(checkout)).toBe(before);
});

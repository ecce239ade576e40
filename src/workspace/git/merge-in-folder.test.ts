import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { gitScene, type GitScene } from '../../../test/support/git-scene.ts';
import { abortMerge, concludeMerge, startMerge } from './merge-in-folder.ts';

interface Conflict extends GitScene {
  readonly work: string;
  readonly ours: string;
  readonly theirs: string;
}

/** One file changed by both, one changed here and removed there, and one that comes cleanly. */
async function conflict(): Promise<Conflict> {
  const scene = gitScene();
  scene.commit(scene.checkout, { 'a.txt': 'a\n', 'gone.txt': 'g\n' });
  const [{ folder: work }, { folder: side }] = [await scene.worktree('main'), await scene.worktree('side')];
  const ours = scene.commit(work, { 'a.txt': 'ours\n', 'gone.txt': 'changed\n' });
  rmSync(join(side, 'gone.txt'));
  const theirs = scene.commit(side, { 'a.txt': 'theirs\n', 'clean.txt': 'c\n' });
  return { ...scene, work, ours, theirs };
}

test('a conflict lies in the folder as git itself lays it out', async () => {
  const { git, work, theirs, run } = await conflict();
  expect(await startMerge(git, { folder: work, theirs })).toEqual(['a.txt', 'gone.txt']);
  expect(run(work, 'status', '--porcelain')).toBe('UU a.txt\nA  clean.txt\nUD gone.txt');
  expect(readFileSync(join(work, 'a.txt'), 'utf8')).toMatch(/^<{7} /);
  expect(run(work, 'status')).toContain('You have unmerged paths.');
  expect(await startMerge(git, { folder: work, theirs })).toEqual(['a.txt', 'gone.txt']);
});

test('it is concluded when every file is resolved, staged or not', async () => {
  const { git, work, ours, theirs, run } = await conflict();
  const merge = { folder: work, message: 'Merge side', signing: 'off' } as const;
  await startMerge(git, { folder: work, theirs });
  await expect(concludeMerge(git, merge)).rejects.toMatchObject({
    code: 'GIT_UNMERGED',
    details: { paths: ['a.txt', 'gone.txt'] },
  });
  run(work, 'add', 'a.txt');
  rmSync(join(work, 'gone.txt'));
  await expect(concludeMerge(git, merge)).rejects.toMatchObject({ details: { paths: ['a.txt'] } });
  writeFileSync(join(work, 'a.txt'), 'both\n');
  const commit = await concludeMerge(git, merge);
  expect(run(work, 'log', '-1', '--format=%H %P %s')).toBe(`${commit} ${ours} ${theirs} Merge side`);
  expect(run(work, 'ls-tree', '--name-only', 'HEAD')).toBe('README.md\na.txt\nclean.txt');
  expect(run(work, 'status', '--porcelain')).toBe('');
  expect(run(work, 'status')).not.toContain('merge');
  expect(await concludeMerge(git, merge)).toBe(commit);
});

test('who resolves it may commit it themselves', async () => {
  const { git, work, theirs, run } = await conflict();
  await startMerge(git, { folder: work, theirs });
  writeFileSync(join(work, 'a.txt'), 'both\n');
  run(work, 'add', '--all');
  run(work, 'commit', '--quiet', '--no-edit');
  expect(await concludeMerge(git, { folder: work, message: 'm', signing: 'off' })).toBe(run(work, 'rev-parse', 'HEAD'));
});

test('a merge that was given up behind our back is not concluded', async () => {
  const { git, work, theirs, run } = await conflict();
  await startMerge(git, { folder: work, theirs });
  run(work, 'merge', '--abort');
  await expect(concludeMerge(git, { folder: work, message: 'm', signing: 'off' })).rejects.toMatchObject({
    code: 'GIT_UNMERGED',
  });
  expect(await startMerge(git, { folder: work, theirs })).toHaveLength(2);
});

test('a merge that is given up leaves the folder as it was', async () => {
  const { git, work, theirs, ours, run } = await conflict();
  await startMerge(git, { folder: work, theirs });
  writeFileSync(join(work, 'a.txt'), 'half\n');
  await abortMerge(git, work);
  await abortMerge(git, work);
  expect(run(work, 'rev-parse', 'HEAD')).toBe(ours);
  expect(run(work, 'status', '--porcelain')).toBe('');
  expect(readFileSync(join(work, 'a.txt'), 'utf8')).toBe('ours\n');
});

test('a folder with changes takes no merge', async () => {
  const { git, work, theirs } = await conflict();
  writeFileSync(join(work, 'new.txt'), 'new\n');
  await expect(startMerge(git, { folder: work, theirs })).rejects.toMatchObject({ code: 'GIT_CHANGES_IN_THE_WAY' });
});

test('nothing to merge is nothing to conclude', async () => {
  const { git, work, ours } = await conflict();
  expect(await startMerge(git, { folder: work, theirs: ours })).toEqual([]);
  expect(await concludeMerge(git, { folder: work, message: 'm', signing: 'off' })).toBe(ours);
});

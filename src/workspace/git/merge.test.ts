import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { gitScene, type GitScene, type SceneWorktree } from '../../../test/support/git-scene.ts';
import { advance, mergeCommits, type MergeResult } from './merge.ts';

interface TwoBranches extends GitScene {
  readonly main: SceneWorktree;
  readonly ours: string;
  readonly theirs: string;
}

/** Two branches from one commit, with these changes. */
async function twoBranches(
  base: Readonly<Record<string, string>>,
  ours: Readonly<Record<string, string>>,
  theirs: Readonly<Record<string, string>>,
): Promise<TwoBranches> {
  const scene = gitScene();
  scene.commit(scene.checkout, base);
  const [main, side] = [await scene.worktree('main'), await scene.worktree('side')];
  return { ...scene, main, ours: scene.commit(main.folder, ours), theirs: scene.commit(side.folder, theirs) };
}

function merge({ git, checkout, ours, theirs }: TwoBranches): Promise<MergeResult> {
  return mergeCommits(git, { folder: checkout, ours, theirs, message: 'Merge side', signing: 'off' });
}

function committed(result: MergeResult): string {
  if (result.kind !== 'merged') throw new Error(`the merge is ${result.kind}`);
  return result.commit;
}

const lines = '1\n2\n3\n4\n5\n';

test('changes of both come together in a commit with two parents, and nothing else changes', async () => {
  const scene = await twoBranches({ 'a.txt': lines }, { 'a.txt': `0\n${lines}` }, { 'a.txt': `${lines}6\n` });
  const { run, checkout, ours, theirs, main } = scene;
  const commit = committed(await merge(scene));
  expect(run(checkout, 'show', `${commit}:a.txt`)).toBe(`0\n${lines}6`);
  expect(run(checkout, 'log', '-1', '--format=%P %s %an', commit)).toBe(`${ours} ${theirs} Merge side Ada`);
  expect(run(main.folder, 'rev-parse', 'HEAD')).toBe(ours);
});

test('the same merge is the same commit', async () => {
  const scene = await twoBranches({ 'a.txt': 'a\n' }, { 'b.txt': 'b\n' }, { 'c.txt': 'c\n' });
  expect(await merge(scene)).toEqual(await merge(scene));
});

test('what could just move ahead is a merge commit as well', async () => {
  const scene = await onlyTheirs();
  const commit = committed(await merge(scene));
  expect(scene.run(scene.checkout, 'log', '-1', '--format=%P', commit)).toBe(`${scene.ours} ${scene.theirs}`);
});

async function onlyTheirs(): Promise<TwoBranches> {
  const scene = gitScene();
  const [main, side] = [await scene.worktree('main'), await scene.worktree('side')];
  return { ...scene, main, ours: main.at, theirs: scene.commit(side.folder, { 'c.txt': 'c\n' }) };
}

test('what is contained already changes nothing', async () => {
  const scene = await onlyTheirs();
  expect(await merge({ ...scene, ours: scene.theirs, theirs: scene.ours })).toEqual({ kind: 'unchanged' });
  expect(await merge({ ...scene, theirs: scene.ours })).toEqual({ kind: 'unchanged' });
});

test('conflicts are told with their text', async () => {
  const scene = await twoBranches(
    { 'a.txt': 'a\n', 'gone.txt': 'g\n', 'odd\n"name".txt': 'o\n', 'b.bin': '\0base' },
    { 'a.txt': 'ours\n', 'gone.txt': 'changed\n', 'odd\n"name".txt': 'ours\n', 'b.bin': '\0ours' },
    { 'a.txt': 'theirs\n', 'odd\n"name".txt': 'theirs\n', 'b.bin': '\0theirs' },
  );
  const { run, checkout, theirs } = scene;
  const result = await merge(scene);
  expect(result).toMatchObject({
    kind: 'conflict',
    files: [
      { path: 'a.txt', text: expect.stringMatching(/^<{7} .*\nours\n={7}\ntheirs\n>{7} .*\n$/) as string },
      { path: 'b.bin', text: '' },
      { path: 'odd\n"name".txt' },
    ],
  });
  expect(run(checkout, 'rev-parse', 'orchestra/p/r/side')).toBe(theirs);
});

test('a branch and its files move together, and twice is once', async () => {
  const scene = await twoBranches({ 'a.txt': 'a\n', 'd.txt': 'd\n' }, { 'b.txt': 'b\n' }, { 'a.txt': 'A\n' });
  const { git, main, run, ours } = scene;
  writeFileSync(join(main.folder, 'd.txt'), 'dirty\n');
  writeFileSync(join(main.folder, 'new.txt'), 'new\n');
  const to = committed(await merge(scene));
  const move = { folder: main.folder, branch: main.branch, from: ours, to };
  await advance(git, move);
  await advance(git, move);
  expect(run(main.folder, 'rev-parse', 'HEAD')).toBe(to);
  expect(run(main.folder, 'status', '--porcelain')).toBe(' M d.txt\n?? new.txt');
  expect(readFileSync(join(main.folder, 'a.txt'), 'utf8')).toBe('A\n');
});

test('changes that would be lost stop it, and stay', async () => {
  const scene = await twoBranches({ 'a.txt': 'a\n' }, { 'b.txt': 'b\n' }, { 'a.txt': 'A\n', 'c.txt': 'c\n' });
  const { git, main, run, ours } = scene;
  const move = { folder: main.folder, branch: main.branch, from: ours, to: committed(await merge(scene)) };
  for (const path of ['a.txt', 'c.txt']) {
    writeFileSync(join(main.folder, path), 'mine\n');
    await expect(advance(git, move)).rejects.toMatchObject({ code: 'GIT_CHANGES_IN_THE_WAY' });
    expect(readFileSync(join(main.folder, path), 'utf8')).toBe('mine\n');
    run(main.folder, 'stash', '--quiet', '--include-untracked');
  }
  expect(run(main.folder, 'rev-parse', 'HEAD')).toBe(ours);
});

test('files that were written before it was broken off are found', async () => {
  const scene = await twoBranches(
    { 'a.txt': 'a\n', 'g.txt': 'g\n' },
    { 'b.txt': 'b\n' },
    { 'a.txt': 'A\n', 'c\n.txt': 'c\n' },
  );
  const { git, main, run, ours } = scene;
  const to = committed(await merge(scene));
  writeFileSync(join(main.folder, 'a.txt'), 'A\n');
  writeFileSync(join(main.folder, 'c\n.txt'), 'c\n');
  await advance(git, { folder: main.folder, branch: main.branch, from: ours, to });
  expect(run(main.folder, 'status', '--porcelain')).toBe('');
  expect(run(main.folder, 'rev-parse', 'HEAD')).toBe(to);
});

test('a branch that is elsewhere is not moved', async () => {
  const scene = await twoBranches({ 'a.txt': 'a\n' }, { 'b.txt': 'b\n' }, { 'c.txt': 'c\n' });
  const { git, main, run, ours } = scene;
  const to = committed(await merge(scene));
  const head = scene.commit(main.folder, { 'x.txt': 'x\n' });
  await expect(advance(git, { folder: main.folder, branch: main.branch, from: ours, to })).rejects.toMatchObject({
    code: 'GIT_BRANCH_MOVED',
  });
  expect(run(main.folder, 'rev-parse', 'HEAD')).toBe(head);
  run(main.folder, 'checkout', '--quiet', '--detach', ours);
  await expect(advance(git, { folder: main.folder, branch: main.branch, from: ours, to })).rejects.toMatchObject({
    code: 'GIT_BRANCH_MOVED',
  });
});

import { existsSync, mkdirSync, renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { digestOf, gitScene, type GitScene } from '../../../test/support/git-scene.ts';
import { addWorktree } from '../git/worktree.ts';
import type { RecordedRun } from './cleanup-facts.ts';
import type { Thing } from './cleanup-plan.ts';
import { findRepositories } from './find-repositories.ts';
import { Remover } from './remove-thing.ts';
import { foldersBelow, tidyRunFolder } from './run-folders.ts';

const runId = '20260101-120000-abcdef';
const branch = `orchestra/P/${runId}/main`;

interface Left {
  readonly scene: GitScene;
  readonly home: string;
  readonly worktree: string;
  readonly remove: (thing: Thing, force?: boolean) => Promise<string | undefined>;
}

/** What a run left: a worktree on a branch of its own. */
async function left(): Promise<Left> {
  const scene = gitScene();
  const home = join(scene.folder, 'worktrees');
  const worktree = join(home, runId, 'main/shop');
  await addWorktree(scene.git, { repository: scene.checkout, folder: worktree, branch, at: 'HEAD' });
  const places = [{ repository: scene.checkout, scope: '', worktree, branch }];
  const runs: readonly RecordedRun[] = [{ runId, state: 'completed', endedAt: 0, places }];
  const remove: Left['remove'] = (thing, force = false) =>
    new Remover({ git: scene.git, runs, request: { force } }).remove(thing);
  return { scene, home, worktree, remove };
}

const aWorktree = ({ scene, worktree: path }: Left): Thing => ({ kind: 'worktree', repository: scene.checkout, path });

const aBranch = ({ scene }: Left, head = scene.run(scene.checkout, 'rev-parse', branch)): Thing => ({
  kind: 'branch',
  ...{ repository: scene.checkout, name: branch, head },
});

describe('what has changed since the plan stays', () => {
  test('a worktree that somebody works in, locks, or takes to another branch', async () => {
    const scene = await left();
    const { run, write } = scene.scene;
    write(scene.worktree, 'new.txt', 'new\n');
    expect(await scene.remove(aWorktree(scene))).toBe('it holds changes that are not committed');
    run(scene.worktree, 'clean', '--quiet', '--force');
    run(scene.worktree, 'switch', '--quiet', '--create', 'mine');
    expect(await scene.remove(aWorktree(scene))).toBe('it stands at another branch, mine');
    run(scene.worktree, 'worktree', 'lock', scene.worktree);
    expect(await scene.remove(aWorktree(scene), true)).toBe('it is locked');
    expect(existsSync(scene.worktree)).toBe(true);
  });

  test('a branch that has moved, is checked out, or holds commits of its own', async () => {
    const scene = await left();
    const { run, commit, checkout } = scene.scene;
    const planned = aBranch(scene);
    expect(await scene.remove(planned)).toBe(`it is checked out in ${scene.worktree}`);
    commit(scene.worktree, { 'work.txt': 'work\n' });
    expect(await scene.remove(planned, true)).toBe('it has moved meanwhile');
    run(checkout, 'worktree', 'remove', scene.worktree);
    expect(await scene.remove(aBranch(scene))).toContain('found nowhere else');
    expect(await scene.remove(aBranch(scene), true)).toBeUndefined();
    expect(run(checkout, 'branch', '--list', branch)).toBe('');
  });

  test('a worktree whose repository has forgotten it', async () => {
    const scene = await left();
    renameSync(scene.worktree, `${scene.worktree}-moved`);
    scene.scene.run(scene.scene.checkout, 'worktree', 'prune');
    mkdirSync(scene.worktree);
    expect(await scene.remove(aWorktree(scene))).toBe('its repository does not know it any more');
  });

  test('a folder that is reached over a link', async () => {
    const scene = await left();
    const link = join(scene.scene.folder, 'link');
    symlinkSync(scene.home, link);
    const path = join(link, runId, 'main/shop');
    expect(await scene.remove({ kind: 'folder', path }, true)).toBe('the way to it leads over a symbolic link');
    expect(existsSync(scene.worktree)).toBe(true);
  });
});

test('what is there goes, with what an agent said of its branch; a second time nothing is wrong', async () => {
  const scene = await left();
  const { run, checkout } = scene.scene;
  const before = digestOf(checkout);
  run(checkout, 'config', `branch.${branch}.remote`, 'origin');
  const ref = `refs/orchestra/P/${runId}/kept`;
  run(checkout, 'update-ref', ref, 'HEAD');
  const things: readonly Thing[] = [
    aWorktree(scene),
    aBranch(scene),
    { kind: 'ref', repository: checkout, name: ref },
    { kind: 'folder', path: scene.worktree },
  ];
  for (const thing of [...things, ...things]) expect(await scene.remove(thing), thing.kind).toBeUndefined();
  await tidyRunFolder(join(scene.home, runId));
  expect(existsSync(join(scene.home, runId))).toBe(false);
  expect(run(checkout, 'for-each-ref', '--format=%(refname)')).toBe('refs/heads/main');
  expect(digestOf(checkout)).toBe(before);
});

describe('what is found', () => {
  test('worktrees of one repository are one; what is gone, or lies in another, is none', async () => {
    const scene = await left();
    const { git, checkout, folder } = scene.scene;
    const inside = join(checkout, 'inside');
    mkdirSync(inside);
    const ours = { branch: () => true, folder: () => true };
    const found = await findRepositories(git, [checkout, scene.worktree, join(folder, 'gone'), inside], ours);
    expect(found.repositories.map(({ path }) => path)).toEqual([checkout]);
    expect(found.at(scene.worktree)?.path).toBe(checkout);
    expect(found.at(inside)).toBeUndefined();
    expect(found.repositories[0]?.branches.map(({ name, heldBy }) => [name, heldBy])).toEqual([
      ['main', [`refs/heads/${branch}`]],
      [branch, ['refs/heads/main']],
    ]);
  });

  test('a worktree that git was killed in the middle of making has nothing of anybody, and is no lock', async () => {
    const scene = await left();
    const { git, run, checkout } = scene.scene;
    run(checkout, 'worktree', 'lock', '--reason', 'initializing', scene.worktree);
    scene.scene.write(scene.worktree, 'README.md', 'half');
    const found = await findRepositories(git, [checkout], { branch: () => true, folder: () => true });
    expect(found.repositories[0]?.worktrees[1]).toEqual({
      path: scene.worktree,
      ...{ isMain: false, branch, hasChanges: false },
    });
    expect(await scene.remove(aWorktree(scene))).toBeUndefined();
    expect(existsSync(scene.worktree)).toBe(false);
  });

  test('folders of runs are those below the id of one; others beside them are not looked into', async () => {
    const scene = await left();
    mkdirSync(join(scene.home, 'notes/of/mine'), { recursive: true });
    symlinkSync(scene.home, join(scene.home, runId, 'main/link'));
    expect(await foldersBelow([scene.home, join(scene.home, 'gone')])).toEqual([scene.worktree]);
  });
});

test('only marks of ours, what was on its way out, and empty folders are tidied away', async () => {
  const scene = gitScene();
  const folder = join(scene.folder, runId);
  for (const name of ['main/.set-up-shop', 'main/.removed-shop/file', 'side/.set-up-shop', 'side/shop/file', 'x/note'])
    scene.write(folder, name, '');
  await tidyRunFolder(folder);
  expect(existsSync(join(folder, 'main'))).toBe(false);
  for (const name of ['side/.set-up-shop', 'side/shop/file', 'x/note'])
    expect(existsSync(join(folder, name))).toBe(true);
});

import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { GitOperation } from '../../../test/support/git-operation.ts';
import { gitScene, type GitScene } from '../../../test/support/git-scene.ts';
import type { FailpointName } from '../../shared/failpoint.ts';

const program = join(import.meta.dirname, '../../../test/support/git-operation.ts');

function perform(scene: GitScene, operation: GitOperation, failpoints = ''): ReturnType<typeof spawnSync> {
  const env = { ...scene.env, ORCHESTRA_FAILPOINTS: failpoints };
  return spawnSync(process.execPath, [program, JSON.stringify(operation)], { env, encoding: 'utf8' });
}

/** Kills the process of an operation at a place, and has another do it again. */
function killAndRepeat(scene: GitScene, operation: GitOperation, place: FailpointName): void {
  expect(perform(scene, operation, `${place}=kill`).signal).toBe('SIGKILL');
  expect(perform(scene, operation)).toMatchObject({ status: 0, stderr: '' });
}

test.for(['git:branch-made', 'git:worktree-added'] as const)('a worktree stands after a kill at %s', async (place) => {
  const scene = gitScene();
  const { checkout, run, folder } = scene;
  const at = run(checkout, 'rev-parse', 'HEAD');
  const wanted = { repository: checkout, folder: join(folder, 'w'), branch: 'orchestra/p/r/main', at };
  killAndRepeat(scene, { kind: 'add-worktree', wanted }, place);
  expect(run(wanted.folder, 'status', '--porcelain', '--branch')).toBe(`## ${wanted.branch}`);
  expect(run(checkout, 'worktree', 'list').split('\n')).toHaveLength(2);
});

test.for(['git:staged', 'git:commit-made', 'git:branch-moved'] as const)(
  'a commit is made once after a kill at %s',
  async (place) => {
    const scene = gitScene();
    const { folder } = await scene.worktree('main');
    scene.write(folder, 'a.txt', 'a\n');
    killAndRepeat(scene, { kind: 'commit', folder, message: 'A turn' }, place);
    expect(scene.run(folder, 'log', '--format=%s')).toBe('A turn\nFirst');
    expect(scene.run(folder, 'status', '--porcelain')).toBe('');
  },
);

interface Merging extends GitScene {
  readonly work: string;
  readonly branch: string;
  readonly ours: string;
  readonly theirs: string;
}

async function merging(theirText: string): Promise<Merging> {
  const scene = gitScene();
  scene.commit(scene.checkout, { 'a.txt': '1\n2\n3\n' });
  const [main, side] = [await scene.worktree('main'), await scene.worktree('side')];
  const ours = scene.commit(main.folder, { 'a.txt': '0\n1\n2\n3\n' });
  return {
    ...scene,
    work: main.folder,
    branch: main.branch,
    ours,
    theirs: scene.commit(side.folder, { 'a.txt': theirText, 'b.txt': 'b\n' }),
  };
}

test.for(['git:files-moved', 'git:branch-moved'] as const)('a merge is made once after a kill at %s', async (place) => {
  const scene = await merging('1\n2\n3\n4\n');
  const { work, branch, ours, theirs, run } = scene;
  killAndRepeat(scene, { kind: 'merge', folder: work, branch, ours, theirs }, place);
  expect(run(work, 'rev-parse', 'HEAD^1', 'HEAD^2')).toBe(`${ours}\n${theirs}`);
  expect(run(work, 'show', 'HEAD:a.txt')).toBe('0\n1\n2\n3\n4');
  expect(run(work, 'status', '--porcelain')).toBe('');
});

test('a conflict is laid out once, and concluded once, whenever it is broken off', async () => {
  const scene = await merging('9\n1\n2\n3\n');
  const { work, ours, theirs, run } = scene;
  killAndRepeat(scene, { kind: 'start-merge', folder: work, theirs }, 'git:conflict-laid-out');
  expect(run(work, 'status', '--porcelain')).toBe('UU a.txt\nA  b.txt');
  writeFileSync(join(work, 'a.txt'), 'resolved\n');
  killAndRepeat(scene, { kind: 'conclude-merge', folder: work }, 'git:commit-made');
  expect(run(work, 'rev-parse', 'HEAD^1', 'HEAD^2')).toBe(`${ours}\n${theirs}`);
  expect(run(work, 'status', '--porcelain')).toBe('');
});

test.for(['git:branch-moved', 'git:merge-committed'] as const)(
  'a resolved merge is committed once after a kill at %s',
  async (place) => {
    const scene = await merging('9\n1\n2\n3\n');
    const { work, ours, theirs, run } = scene;
    perform(scene, { kind: 'start-merge', folder: work, theirs });
    writeFileSync(join(work, 'a.txt'), 'resolved\n');
    killAndRepeat(scene, { kind: 'conclude-merge', folder: work }, place);
    expect(run(work, 'rev-parse', 'HEAD^1', 'HEAD^2')).toBe(`${ours}\n${theirs}`);
    expect(run(work, 'status')).not.toContain('merge');
  },
);

test.for(['git:kept', 'git:restored-head'] as const)(
  'a return arrives after a kill at %s, and keeps what there was',
  async (place) => {
    const scene = gitScene();
    const { folder, branch, at } = await scene.worktree('main');
    const { run, write, commit } = scene;
    const tip = commit(folder, { 'a.txt': 'a\n' });
    write(folder, 'dirty.txt', 'd\n');
    const keep = 'refs/orchestra/r/left';
    killAndRepeat(scene, { kind: 'restore', wanted: { folder, branch, head: at, keep } }, place);
    expect(run(folder, 'rev-parse', 'HEAD', `${keep}^`)).toBe(`${at}\n${tip}`);
    expect(run(folder, 'show', `${keep}:dirty.txt`)).toBe('d');
    expect(run(folder, 'status', '--porcelain')).toBe('');
  },
);

test('a push that nobody was told of is found at the remote', async () => {
  const scene = gitScene();
  const { branch } = await scene.worktree('main');
  const remote = join(scene.folder, 'remote.git');
  scene.run(scene.folder, 'init', '--quiet', '--bare', remote);
  killAndRepeat(
    scene,
    { kind: 'push', push: { repository: scene.checkout, remote, branch, isOwn: true } },
    'git:pushed',
  );
  expect(scene.run(remote, 'rev-parse', branch)).toBe(scene.run(scene.checkout, 'rev-parse', 'HEAD'));
});

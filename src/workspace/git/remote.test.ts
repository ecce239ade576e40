import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { serveGit } from '../../../test/support/git-over-http.ts';
import { gitScene, installHook, type GitScene } from '../../../test/support/git-scene.ts';
import { cloneRepository, fetchBranch, pushBranch } from './remote.ts';

const branch = 'orchestra/p/r/main';

interface RemoteScene extends GitScene {
  readonly remote: string;
  readonly work: string;
}

async function withRemote(): Promise<RemoteScene> {
  const scene = gitScene();
  const remote = join(scene.folder, 'remote.git');
  scene.run(scene.folder, 'clone', '--quiet', '--bare', scene.checkout, remote);
  return { ...scene, remote, work: (await scene.worktree('main')).folder };
}

test('a clone is there as a whole, as deep as was asked', async () => {
  const { git, folder, checkout, commit, run } = gitScene();
  commit(checkout, { 'a.txt': 'a\n' });
  const shallow = join(folder, 'deep/er/clone');
  await cloneRepository(git, { remote: checkout, folder: shallow, depth: 1 });
  expect(run(shallow, 'rev-list', '--count', 'HEAD')).toBe('1');
  await cloneRepository(git, { remote: checkout, folder: join(folder, 'whole') });
  expect(run(join(folder, 'whole'), 'rev-list', '--count', 'HEAD')).toBe('2');
  expect(readdirSync(join(folder, 'deep/er'))).toEqual(['clone']);
});

test('a clone that cannot be made leaves nothing', async () => {
  const { git, folder } = gitScene();
  const cloning = cloneRepository(git, { remote: join(folder, 'nowhere'), folder: join(folder, 'clones/one') });
  await expect(cloning).rejects.toMatchObject({ code: 'GIT_REMOTE_FAILED' });
  expect(readdirSync(join(folder, 'clones'))).toEqual([]);
});

test('a folder that is there already stays as it is', async () => {
  const { git, folder, checkout, write } = gitScene();
  write(folder, 'there/a.txt', 'a');
  await cloneRepository(git, { remote: checkout, folder: join(folder, 'there') });
  expect(readdirSync(join(folder, 'there'))).toEqual(['a.txt']);
});

test('a branch is pushed once', async () => {
  const { git, checkout, remote, work, commit, run } = await withRemote();
  const head = commit(work, { 'a.txt': 'a\n' });
  const push = { repository: checkout, remote, branch, isOwn: true };
  expect(await pushBranch(git, push)).toBe('pushed');
  expect(await pushBranch(git, push)).toBe('unchanged');
  expect(run(remote, 'rev-parse', branch)).toBe(head);
  expect(run(checkout, 'branch', '--list', '--remotes')).toBe('');
});

test('after a return to an earlier turn what we pushed is replaced, and what others added is not', async () => {
  const { git, checkout, folder, remote, work, commit, run } = await withRemote();
  const push = { repository: checkout, remote, branch, isOwn: true };
  commit(work, { 'a.txt': 'a\n' });
  await pushBranch(git, push);
  run(work, 'reset', '--quiet', '--hard', 'HEAD^');
  const other = commit(work, { 'b.txt': 'b\n' });
  await expect(pushBranch(git, { ...push, isOwn: false })).rejects.toMatchObject({ code: 'GIT_REMOTE_AHEAD' });
  expect(await pushBranch(git, push)).toBe('pushed');
  expect(run(remote, 'rev-parse', branch)).toBe(other);

  const colleague = join(folder, 'colleague');
  run(folder, 'clone', '--quiet', '--branch', branch, remote, colleague);
  const theirs = commit(colleague, { 'c.txt': 'c\n' });
  run(colleague, 'push', '--quiet');
  commit(work, { 'd.txt': 'd\n' });
  await expect(pushBranch(git, push)).rejects.toMatchObject({ code: 'GIT_REMOTE_AHEAD', details: { theirs } });
  expect(run(remote, 'rev-parse', branch)).toBe(theirs);
});

test('a branch that was deleted at the remote comes again', async () => {
  const { git, checkout, remote, work, commit, run } = await withRemote();
  const push = { repository: checkout, remote, branch, isOwn: true };
  commit(work, { 'a.txt': 'a\n' });
  await pushBranch(git, push);
  run(remote, 'branch', '--quiet', '-D', branch);
  expect(await pushBranch(git, push)).toBe('pushed');
});

test('a remote that is gone is an error that says where the branch is', async () => {
  const { git, checkout, remote } = await withRemote();
  rmSync(remote, { recursive: true });
  await expect(pushBranch(git, { repository: checkout, remote, branch })).rejects.toMatchObject({
    code: 'GIT_REMOTE_FAILED',
    message: expect.stringContaining(`The branch ${branch} is still in ${checkout}.`) as string,
  });
});

test('a remote that cannot be reached or wants a password is one too, and no password is told', async () => {
  const { git, checkout } = await withRemote();
  const remote = 'http://ada:hidden-word@127.0.0.1:9/x.git';
  const failure = await pushBranch(git, { repository: checkout, remote, branch }).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'GIT_REMOTE_FAILED' });
  expect(JSON.stringify(failure) + String(failure)).not.toContain('hidden-word');
});

test('a remote that hangs is given up when its time is over, or when somebody wants to go', async () => {
  const { git, checkout, folder, run } = await withRemote();
  const served = await serveGit(folder);
  served.hang();
  const push = { repository: checkout, remote: served.address('remote.git'), branch };
  await expect(pushBranch(git, { ...push, timeoutMs: 100 })).rejects.toMatchObject({
    code: 'GIT_REMOTE_FAILED',
    message: expect.stringContaining('ended after 0.1 seconds') as string,
  });
  const leaving = new AbortController();
  const pushing = pushBranch(git.until(leaving.signal), push);
  leaving.abort(new Error('gone'));
  await expect(pushing).rejects.toThrow('gone');
  served.goOn();
  expect(await pushBranch(git, push)).toBe('pushed');
  expect(run(join(folder, 'remote.git'), 'branch', '--list', branch)).toContain(branch);
});

test('a hook of the user may refuse a push, and is not asked when hooks are off', async () => {
  const scene = await withRemote();
  const { git, checkout, remote, work, commit } = scene;
  installHook(scene, 'pre-push', 'echo "not on a Friday" >&2; exit 1');
  commit(work, { 'a.txt': 'a\n' });
  await expect(pushBranch(git, { repository: checkout, remote, branch })).rejects.toThrow('not on a Friday');
  expect(await pushBranch(git, { repository: checkout, remote, branch, hooks: 'skip' })).toBe('pushed');
});

test('a branch of a remote is fetched into a ref of ours', async () => {
  const { git, checkout, folder, remote, commit, run } = await withRemote();
  const colleague = join(folder, 'colleague');
  run(folder, 'clone', '--quiet', remote, colleague);
  const head = commit(colleague, { 'a.txt': 'a\n' });
  run(colleague, 'push', '--quiet');
  const into = 'refs/orchestra/fetched/main';
  expect(await fetchBranch(git, { repository: checkout, remote, branch: 'main', into })).toBe(head);
  expect(await fetchBranch(git, { repository: checkout, remote, branch: 'nowhere', into })).toBeUndefined();
  expect(run(checkout, 'branch', '--list', '--remotes')).toBe('');
  expect(existsSync(join(checkout, '.git/FETCH_HEAD'))).toBe(false);
});

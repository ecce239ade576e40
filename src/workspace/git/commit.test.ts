import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { digestOf, gitScene, installHook, type GitScene } from '../../../test/support/git-scene.ts';
import type { CommitSettings } from './commit-object.ts';
import { commitStaged } from './commit.ts';
import { Git } from './git.ts';
import { stageChanges, type StagedChange } from './stage.ts';

const plain: CommitSettings = { message: 'A turn\n\nOrchestra-Run: r', hooks: 'run', signing: 'keep' };

interface Turn extends GitScene {
  readonly work: string;
  readonly staged: StagedChange;
}

/** A worktree in which a turn has written one file. */
async function oneTurn(scene = gitScene()): Promise<Turn> {
  const { folder } = await scene.worktree('main');
  scene.write(folder, 'a.txt', 'a\n');
  return { ...scene, work: folder, staged: await stageChanges(scene.git, { folder, paths: ['a.txt'] }) };
}

test('a commit says who, and the worktree is clean', async () => {
  const { git, staged, work, run } = await oneTurn();
  const commit = await commitStaged(git, staged, { ...plain, author: { name: 'plan (opus)', email: 'o@localhost' } });
  expect(run(work, 'log', '-1', '--format=%H%n%an <%ae>%n%cn <%ce>%n%B')).toBe(
    `${commit}\nplan (opus) <o@localhost>\nAda <ada@example.org>\nA turn\n\nOrchestra-Run: r`,
  );
  expect(run(work, 'status', '--porcelain')).toBe('');
  expect(run(work, 'reflog', '-1', '--format=%gs')).toBe('commit: A turn');
});

test('done again, it finds the commit', async () => {
  const { git, staged, work, run } = await oneTurn();
  const first = await commitStaged(git, staged, plain);
  expect(await commitStaged(git, staged, plain)).toBe(first);
  expect(run(work, 'rev-list', '--count', 'HEAD')).toBe('2');
});

test('a branch that somebody else moved meanwhile is not moved', async () => {
  const { git, staged, work, run } = await oneTurn();
  run(work, 'commit', '--quiet', '--allow-empty', '-m', 'theirs');
  const head = run(work, 'rev-parse', 'HEAD');
  await expect(commitStaged(git, staged, plain)).rejects.toMatchObject({ code: 'GIT_BRANCH_MOVED' });
  expect(run(work, 'rev-parse', 'HEAD')).toBe(head);
});

test('the user may commit to their branch meanwhile, with what they had staged', async () => {
  const scene = gitScene();
  scene.write(scene.checkout, 'mine.txt', 'mine\n');
  scene.run(scene.checkout, 'add', 'mine.txt');
  const { git, staged, run, checkout, work } = await oneTurn(scene);
  const before = digestOf(checkout);
  await commitStaged(git, staged, plain);
  expect(digestOf(checkout)).toBe(before);
  run(checkout, 'commit', '--quiet', '-m', 'Mine');
  expect(run(checkout, 'show', '--name-only', '--format=', 'HEAD')).toBe('mine.txt');
  expect(run(work, 'show', '--name-only', '--format=', 'HEAD')).toBe('a.txt');
});

test('nobody’s commit is refused, with the command that names somebody', async () => {
  const { env, staged, run, checkout, git } = await oneTurn();
  run(checkout, 'config', '--global', '--unset', 'user.name');
  run(checkout, 'config', '--global', '--unset', 'user.email');
  await expect(commitStaged(new Git({ env }), staged, plain)).rejects.toMatchObject({
    code: 'GIT_IDENTITY_MISSING',
    hint: expect.stringContaining('git config --global user.name') as string,
  });
  const author = { name: 'plan', email: 'o@localhost' };
  await commitStaged(git, staged, { ...plain, author });
  expect(run(staged.folder, 'log', '-1', '--format=%an %cn')).toBe('plan plan');
});

test('a hook that reformats and adds is part of the commit', async () => {
  const scene = gitScene();
  installHook(scene, 'pre-commit', 'echo formatted > a.txt && git add a.txt');
  installHook(scene, 'commit-msg', 'echo "Change-Id: 1" >> "$1"');
  const { git, staged, work, run } = await oneTurn(scene);
  await commitStaged(git, staged, plain);
  expect(run(work, 'show', 'HEAD:a.txt')).toBe('formatted');
  expect(run(work, 'log', '-1', '--format=%B')).toContain('Change-Id: 1');
  expect(run(work, 'status', '--porcelain')).toBe('');
});

test('a hook that reformats and refuses is asked again with what it wrote', async () => {
  const scene = gitScene();
  installHook(scene, 'pre-commit', 'grep -q formatted a.txt && exit 0; echo formatted > a.txt; exit 1');
  const { git, staged, work, run } = await oneTurn(scene);
  await commitStaged(git, staged, plain);
  expect(run(work, 'show', 'HEAD:a.txt')).toBe('formatted');
});

test('a hook that refuses is quoted, and nothing is committed', async () => {
  const scene = gitScene();
  installHook(scene, 'pre-commit', 'echo "a.txt: no tests" >&2; exit 1');
  const { git, staged, work, run } = await oneTurn(scene);
  await expect(commitStaged(git, staged, plain)).rejects.toMatchObject({
    code: 'GIT_HOOK_REFUSED',
    details: { output: 'a.txt: no tests' },
  });
  expect(run(work, 'rev-parse', 'HEAD')).toBe(staged.parent);
  const commit = await commitStaged(git, staged, { ...plain, hooks: 'skip' });
  expect(run(work, 'rev-parse', 'HEAD')).toBe(commit);
});

test('hooks are found where the configuration says', async () => {
  const scene = gitScene();
  scene.commit(scene.checkout, { '.own/pre-commit': '#!/bin/sh\nexit 1\n' });
  scene.run(scene.checkout, 'update-index', '--chmod=+x', '.own/pre-commit');
  scene.run(scene.checkout, 'commit', '--quiet', '-m', 'Executable');
  scene.run(scene.checkout, 'config', 'core.hooksPath', '.own');
  const { git, staged } = await oneTurn(scene);
  await expect(commitStaged(git, staged, plain)).rejects.toMatchObject({ code: 'GIT_HOOK_REFUSED' });
});

test('commits are signed where the user signs theirs, unless told not to', async () => {
  const scene = gitScene();
  const key = join(scene.folder, 'key');
  execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
  for (const [name, value] of [
    ['gpg.format', 'ssh'],
    ['user.signingKey', key],
    ['commit.gpgSign', 'true'],
  ] as const)
    scene.run(scene.checkout, 'config', name, value);
  scene.write(scene.folder, 'allowed', `ada@example.org ${readFileSync(`${key}.pub`, 'utf8')}`);
  scene.run(scene.checkout, 'config', 'gpg.ssh.allowedSignersFile', join(scene.folder, 'allowed'));
  const { git, staged, work, run, write } = await oneTurn(scene);
  await commitStaged(git, staged, plain);
  expect(run(work, 'log', '-1', '--format=%G?')).toBe('G');
  write(work, 'a.txt', 'b\n');
  await commitStaged(git, await stageChanges(git, { folder: work }), { ...plain, signing: 'off' });
  expect(run(work, 'log', '-1', '--format=%G?')).toBe('N');
  installHook(scene, 'pre-commit', 'exit 0');
  write(work, 'a.txt', 'c\n');
  await commitStaged(git, await stageChanges(git, { folder: work }), plain);
  expect(run(work, 'log', '-1', '--format=%G?')).toBe('G');
});

test('a key that cannot sign is an error, not an unsigned commit', async () => {
  const scene = gitScene();
  for (const [name, value] of [
    ['gpg.format', 'ssh'],
    ['user.signingKey', '/nowhere'],
    ['commit.gpgSign', 'true'],
  ] as const)
    scene.run(scene.checkout, 'config', name, value);
  const { git, staged, work, run } = await oneTurn(scene);
  await expect(commitStaged(git, staged, plain)).rejects.toMatchObject({ code: 'GIT_FAILED' });
  expect(run(work, 'rev-parse', 'HEAD')).toBe(staged.parent);
});

test('two sessions commit to one repository at once', async () => {
  const scene = gitScene();
  const { git, write, run, checkout } = scene;
  const folders = await Promise.all(['one', 'two', 'three'].map(async (name) => (await scene.worktree(name)).folder));
  const work = async (folder: string): Promise<void> => {
    for (let turn = 0; turn < 5; turn += 1) {
      write(folder, `turn-${turn}.txt`, folder);
      await commitStaged(git, await stageChanges(git, { folder, paths: [`turn-${turn}.txt`] }), plain);
    }
  };
  await Promise.all(folders.map(work));
  for (const folder of folders) {
    expect(run(folder, 'rev-list', '--count', 'HEAD')).toBe('6');
    expect(run(folder, 'status', '--porcelain')).toBe('');
  }
  expect(run(checkout, 'fsck', '--strict')).toBe('');
});

test('a commit without hooks takes four processes', async () => {
  const scene = gitScene();
  const counter = join(scene.folder, 'bin');
  scene.write(
    counter,
    'git',
    `#!/bin/sh\necho "$1" >> '${join(scene.folder, 'calls')}'\nPATH="${scene.env['PATH']}" exec git "$@"\n`,
  );
  execFileSync('chmod', ['+x', join(counter, 'git')]);
  const { folder } = await scene.worktree('main');
  const git = new Git({ env: { ...scene.env, PATH: `${counter}:${scene.env['PATH']}` } });
  for (const turn of ['one', 'two']) {
    scene.write(scene.folder, 'calls', '');
    scene.write(folder, 'a.txt', turn);
    await commitStaged(git, await stageChanges(git, { folder, paths: ['a.txt'] }), plain);
  }
  const calls = readFileSync(join(scene.folder, 'calls'), 'utf8').trim().split('\n').toSorted();
  expect(calls).toEqual(['add', 'commit-tree', 'update-ref', 'write-tree']);
});

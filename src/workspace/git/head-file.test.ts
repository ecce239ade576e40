import { join } from 'node:path';
import { expect, test } from 'vitest';
import { gitScene } from '../../../test/support/git-scene.ts';
import { readHead } from './head-file.ts';

test('HEAD is read on a branch, detached, in a worktree and in a submodule’s manner', async () => {
  const { checkout, run, worktree, commit, folder } = gitScene();
  const head = run(checkout, 'rev-parse', 'HEAD');
  expect(await readHead(checkout)).toBe(head);
  const { folder: work } = await worktree('main');
  const next = commit(work, { 'a.txt': 'a' });
  expect(await readHead(work)).toBe(next);
  run(work, 'checkout', '--quiet', '--detach', head);
  expect(await readHead(work)).toBe(head);
  run(folder, 'clone', '--quiet', '--separate-git-dir', join(folder, 'elsewhere'), checkout, join(folder, 'clone'));
  expect(await readHead(join(folder, 'clone'))).toBe(head);
});

test('what only git can say is left to git', async () => {
  const { checkout, run, folder } = gitScene();
  run(checkout, 'pack-refs', '--all');
  expect(await readHead(checkout)).toBeUndefined();
  run(checkout, 'checkout', '--quiet', '--orphan', 'new');
  expect(await readHead(checkout)).toBeUndefined();
  expect(await readHead(folder)).toBeUndefined();
});

import { randomBytes } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { GitOperation } from '../../../test/support/git-operation.ts';
import { gitScene } from '../../../test/support/git-scene.ts';
import { limitDisk } from '../../../test/support/limited-disk.ts';

const program = join(import.meta.dirname, '../../../test/support/git-operation.ts');

test('a commit on a full disk fails as one, and can be made when there is room', async () => {
  const scene = gitScene();
  const disk = join(scene.folder, 'disk');
  const limited = limitDisk(disk, 2_000_000);
  const repository = join(disk, 'repository');
  mkdirSync(repository);
  scene.run(repository, 'init', '--quiet');
  scene.commit(repository, { 'a.txt': 'a\n' });
  // Lies elsewhere, so that only what git keeps of it meets the limit.
  const work = join(scene.folder, 'work');
  scene.run(repository, 'worktree', 'add', '--quiet', '-b', 'orchestra/x', work);
  writeFileSync(join(work, 'large'), randomBytes(3_000_000));
  const commit = (prefix: readonly string[]): ReturnType<typeof spawnSync> => {
    const operation: GitOperation = { kind: 'commit', folder: work, message: 'Large' };
    const [command, ...args] = [...prefix, process.execPath, program, JSON.stringify(operation)];
    return spawnSync(command, args, { env: scene.env, encoding: 'utf8' });
  };
  expect(commit(limited.prefix)).toMatchObject({
    status: 1,
    stderr: expect.stringContaining('STORAGE_FAILED') as string,
  });
  expect(scene.run(work, 'log', '--format=%s')).toBe('A change');
  limited.lift();
  // Where a limit of file sizes stood in for the disk, git was killed by it and has left its lock.
  const lock = join(repository, '.git/worktrees/work/index.lock');
  if (limited.prefix.length > 0) rmSync(lock, { force: true });
  expect(existsSync(lock)).toBe(false);
  expect(commit([])).toMatchObject({ status: 0 });
  expect(scene.run(work, 'log', '--format=%s')).toBe('Large\nA change');
  expect(scene.run(repository, 'fsck')).toBe('');
});

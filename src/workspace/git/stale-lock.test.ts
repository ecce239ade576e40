import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { gitScene } from '../../../test/support/git-scene.ts';
import { Git } from './git.ts';

test.runIf(process.platform === 'linux')(
  'a lock that a killed git left in a worktree of ours goes, and one that a git holds stays',
  async () => {
    const { env, checkout, worktree, write } = gitScene();
    const { folder } = await worktree('main');
    const git = new Git({ env, lockPausesMs: [1] });
    const lock = join(checkout, '.git/worktrees/main/index.lock');
    write(folder, 'a.txt', 'a\n');

    const holder = spawn('git', ['-c', 'alias.hold=!echo here; cat', 'hold'], {
      cwd: folder,
      env,
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    onTestFinished(() => void holder.kill());
    await once(holder.stdout, 'data');
    writeFileSync(lock, '');
    await expect(git.text(['add', '--all'], { cwd: folder })).rejects.toMatchObject({ code: 'GIT_LOCKED' });

    holder.stdin.end();
    await once(holder, 'close');
    await git.text(['add', '--all'], { cwd: folder });
    expect(existsSync(lock)).toBe(false);
  },
);

import { existsSync } from 'node:fs';
import { readdir, readFile, readlink, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { completeMark } from './complete-mark.ts';

/**
 * Removes a lock that a killed git left in a worktree of ours; in those of others it is not ours to judge. A lock is left
 * when no git runs in its folder any more, which can be seen on Linux only.
 * @returns whether the lock is gone
 */
export async function removeStaleLock(lock: string): Promise<boolean> {
  const own = dirname(lock);
  if (process.platform !== 'linux' || !existsSync(join(own, completeMark))) return false;
  const pointer = await readFile(join(own, 'gitdir'), 'utf8').catch(() => undefined); // no worktree
  if (pointer === undefined || (await runsIn(dirname(pointer.trimEnd())))) return false;
  await rm(lock, { force: true });
  return true;
}

/** Git works at the top of its worktree, wherever it was started. */
async function runsIn(folder: string): Promise<boolean> {
  const processes = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry));
  const found = await Promise.all(processes.map((pid) => isGitIn(`/proc/${pid}`, folder)));
  return found.includes(true);
}

async function isGitIn(entry: string, folder: string): Promise<boolean> {
  const program = await readFile(join(entry, 'comm'), 'utf8').catch(() => ''); // it has just ended
  if (!basename(program.trim()).startsWith('git')) return false;
  return readlink(join(entry, 'cwd')).then(
    (path) => path === folder || path.startsWith(`${folder}/`),
    // Where we may not look, it may be there.
    (error: unknown) => (error as NodeJS.ErrnoException).code !== 'ENOENT',
  );
}

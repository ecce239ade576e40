import { rm, rmdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Git } from '../git/git.ts';
import { removeWorktree } from '../git/worktree.ts';

/** Begins the name of a mark in the folder of a branch: that repository was set up there. */
export const setUpPrefix = '.set-up-';

/** Says that a worktree was set up. It lies beside it, where nobody commits it. */
export function setUpMark(folder: string): string {
  return join(dirname(folder), `${setUpPrefix}${basename(folder)}`);
}

/**
 * Removes the worktree of a branch and that it was set up: one that is made there again is set up again. With the last of its
 * repositories goes the folder of the branch, where nothing else lies in it. Done again, it finds what it has done.
 */
export async function removeBranchFolder(
  git: Git,
  worktree: { readonly repository: string; readonly folder: string },
): Promise<void> {
  await removeWorktree(git, worktree);
  await rm(setUpMark(worktree.folder), { force: true });
  await rmdir(dirname(worktree.folder)).catch(unlessInUse);
}

function unlessInUse(error: NodeJS.ErrnoException): void {
  if (!['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(error.code ?? '')) throw error;
}

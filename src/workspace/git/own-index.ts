import { rm } from 'node:fs/promises';
import type { Git } from './git.ts';
import { gitPath } from './repository.ts';

/**
 * Works with an index of our own, so that the one of the folder stays as it is. It lies in what git keeps of the folder, and
 * one that was left there before is removed.
 */
export async function withOwnIndex<T>(
  git: Git,
  folder: string,
  work: (env: { readonly GIT_INDEX_FILE: string }) => Promise<T>,
): Promise<T> {
  const path = await gitPath(git, folder, 'orchestra-index');
  const remove = (): Promise<unknown> => Promise.all([rm(path, { force: true }), rm(`${path}.lock`, { force: true })]);
  await remove();
  try {
    return await work({ GIT_INDEX_FILE: path });
  } finally {
    await remove();
  }
}

import { access, constants } from 'node:fs/promises';
import { join } from 'node:path';
import type { Git } from './git.ts';
import { gitPath } from './repository.ts';

/** What `git commit` asks. */
const commitHooks = ['pre-commit', 'prepare-commit-msg', 'commit-msg', 'post-commit'];

/** Whether a commit would run a program of the user's. Where these lie is looked up once. */
export async function hasCommitHooks(git: Git, folder: string): Promise<boolean> {
  const hooks = await git.known(`hooks ${folder}`, () => gitPath(git, folder, 'hooks'));
  const there = await Promise.all(commitHooks.map((name) => isProgram(join(hooks, name))));
  return there.includes(true);
}

async function isProgram(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false, // absent, or switched off
  );
}

import { access, constants } from 'node:fs/promises';
import { join } from 'node:path';

/** What `git commit` asks. */
const commitHooks = ['pre-commit', 'prepare-commit-msg', 'commit-msg', 'post-commit'];

/** Whether a commit would run a program of the user's. @param hooks the folder they lie in */
export async function hasCommitHooks(hooks: string): Promise<boolean> {
  const there = await Promise.all(commitHooks.map((name) => isProgram(join(hooks, name))));
  return there.includes(true);
}

async function isProgram(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false, // absent, or switched off
  );
}

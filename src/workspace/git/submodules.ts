import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Git } from './git.ts';
import { noHooks } from './git-environment.ts';
import { gitPath } from './repository.ts';

/**
 * Checks out the submodules of a worktree that its repository has cloned already, from those clones: nothing is fetched.
 * The others stay the empty folders they are in the repository.
 */
export async function fillSubmodules(
  git: Git,
  { repository, folder }: { readonly repository: string; readonly folder: string },
): Promise<void> {
  if (!existsSync(join(folder, '.gitmodules'))) return;
  const paths = await valuesOf(git, folder, 'path', ['--file', '.gitmodules']);
  const urls = await valuesOf(git, folder, 'url', []);
  for (const [name, path] of paths) {
    const url = urls.get(name);
    const clone = await gitPath(git, repository, `modules/${name}`);
    if (url === undefined || !existsSync(clone)) continue;
    await git.text(['submodule', 'update', '--quiet', '--', path], {
      cwd: folder,
      config: { ...noHooks, [`submodule.${name}.url`]: clone },
      env: { GIT_ALLOW_PROTOCOL: 'file' },
      timeoutMs: 10 * 60_000,
    });
    await git.text(['remote', 'set-url', 'origin', url], { cwd: join(folder, path) });
  }
}

/** A setting of each submodule, by its name. */
async function valuesOf(
  git: Git,
  folder: string,
  setting: string,
  from: readonly string[],
): Promise<Map<string, string>> {
  const args = ['config', ...from, '-z', '--get-regexp', `^submodule\\..*\\.${setting}$`];
  const { stdout } = await git.run(args, { cwd: folder }); // fails where there are none
  const entries = stdout
    .toString('utf8')
    .split('\0')
    .filter((entry) => entry !== '');
  return new Map(
    entries.map((entry) => {
      const [key = '', value = ''] = entry.split(/\n(.*)/s);
      return [key.slice('submodule.'.length, -setting.length - 1), value];
    }),
  );
}

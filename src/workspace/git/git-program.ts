import { OrchestraError } from '../../shared/errors.ts';
import { findProgram } from '../../shared/process/find-program.ts';
import { withoutLfs } from './git-environment.ts';
import { runGit } from './run-git.ts';

/** `git merge-tree --write-tree` came with it. */
const oldestVersion = [2, 38] as const;
const timeoutMs = 60_000;

/** By PATH: which program is found there does not change while a process lives. */
const asked = new Map<string, Promise<Readonly<Record<string, string>>>>();

/**
 * Makes sure that git is there and new enough, once in a process; gives the settings it needs where Git LFS is not there.
 * @throws OrchestraError GIT_MISSING, GIT_TOO_OLD
 */
export function gitProgram(env: Readonly<Record<string, string>>): Promise<Readonly<Record<string, string>>> {
  const path = env['PATH'] ?? '';
  const known = asked.get(path) ?? examine(path, env);
  asked.set(path, known);
  // It may be installed by the next time.
  known.catch(() => asked.delete(path));
  return known;
}

async function examine(path: string, env: Readonly<Record<string, string>>): Promise<Readonly<Record<string, string>>> {
  const [exit, lfs] = await Promise.all([
    runGit(['version'], { cwd: '/', env, timeoutMs }),
    findProgram('git-lfs', path),
  ]);
  const version = exit.stdout.toString('utf8').trim();
  const [major = 0, minor = 0] = (/(\d+)\.(\d+)/.exec(version) ?? []).slice(1).map(Number);
  if (major < oldestVersion[0] || (major === oldestVersion[0] && minor < oldestVersion[1]))
    throw new OrchestraError('GIT_TOO_OLD', `${version} is older than ${oldestVersion.join('.')}.`);
  return lfs && lfs.problem === undefined ? {} : withoutLfs;
}

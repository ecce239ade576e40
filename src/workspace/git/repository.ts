import { realpath } from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import { OrchestraError } from '../../shared/errors.ts';
import { gitFailure } from './git-failure.ts';
import type { Git } from './git.ts';

export interface Repository {
  /** The top folder of the checkout; of a repository without one, the repository itself. */
  readonly root: string;
  /** What all its worktrees share. */
  readonly commonDir: string;
  /** Undefined where there is no commit yet. */
  readonly head: string | undefined;
  /** Short name; undefined where HEAD is detached. */
  readonly branch: string | undefined;
}

/** The repository a folder lies in. */
export async function findRepository(git: Git, folder: string): Promise<Repository | undefined> {
  const [bare, commonDir] = await Promise.all([isBare(git, folder), commonDirOf(git, folder)]);
  if (bare === undefined || commonDir === undefined) return undefined;
  const top = bare ? commonDir : await topOf(git, folder);
  if (top === undefined) return undefined;
  const [head, branch] = await Promise.all([resolveCommit(git, folder, 'HEAD'), branchOf(git, folder)]);
  return { root: top, commonDir, head, branch };
}

async function isBare(git: Git, folder: string): Promise<boolean | undefined> {
  const args = ['rev-parse', '--is-bare-repository'];
  const exit = await git.run(args, { cwd: folder });
  if (exit.exitCode === 0) return exit.stdout.toString('utf8').startsWith('true');
  if (exit.stderr.includes('not a git repository')) return undefined;
  throw gitFailure(args, folder, exit);
}

async function commonDirOf(git: Git, folder: string): Promise<string | undefined> {
  const { exitCode, stdout } = await git.run(['rev-parse', '--path-format=absolute', '--git-common-dir'], {
    cwd: folder,
  });
  return exitCode === 0 ? line(stdout) : undefined;
}

/** Undefined inside of a `.git` folder. */
async function topOf(git: Git, folder: string): Promise<string | undefined> {
  const { exitCode, stdout } = await git.run(['rev-parse', '--path-format=absolute', '--show-toplevel'], {
    cwd: folder,
  });
  return exitCode === 0 ? line(stdout) : undefined;
}

/** The short name of the branch HEAD is on; undefined where it is detached. */
export async function branchOf(git: Git, folder: string): Promise<string | undefined> {
  const { exitCode, stdout } = await git.run(['symbolic-ref', '--quiet', 'HEAD'], { cwd: folder });
  return exitCode === 0 ? line(stdout).replace(/^refs\/heads\//, '') : undefined;
}

/** Whether anything differs from HEAD, untracked files included. */
export async function isDirty(git: Git, folder: string): Promise<boolean> {
  const args = ['status', '--porcelain', '-z', '--untracked-files=normal'];
  return (await git.bytes(args, { cwd: folder, limit: 1 })).length > 0;
}

/** The commit that a revision names. */
export async function resolveCommit(git: Git, folder: string, revision: string): Promise<string | undefined> {
  const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`];
  const exit = await git.run(args, { cwd: folder });
  if (exit.exitCode > 1) throw gitFailure(args, folder, exit);
  return exit.exitCode === 0 ? line(exit.stdout) : undefined;
}

/** The commit that a revision must name. @throws OrchestraError GIT_BRANCH_MOVED where it names none */
export async function commitAt(git: Git, folder: string, revision: string): Promise<string> {
  const commit = await resolveCommit(git, folder, revision);
  if (commit === undefined) throw new OrchestraError('GIT_BRANCH_MOVED', `${folder} has no commit at ${revision}.`);
  return commit;
}

/** A path in what git keeps of this checkout. */
export async function gitPath(git: Git, folder: string, name: string): Promise<string> {
  const path = await git.text(['rev-parse', '--git-path', name], { cwd: folder });
  return isAbsolute(path) ? path : join(folder, path);
}

/** The path as git writes it, also of a folder that is not there. */
export async function realFolder(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const above = dirname(path);
    return above === path ? path : join(await realFolder(above), path.slice(above.length));
  }
}

function line(bytes: Buffer): string {
  return bytes.toString('utf8').replace(/\n$/, '');
}

import { noHooks } from './git-environment.ts';
import type { Git } from './git.ts';

export interface LocalBranch {
  /** Without `refs/heads/`. */
  readonly name: string;
  readonly head: string;
}

/** All local branches of a repository. */
export async function listBranches(git: Git, repository: string): Promise<readonly LocalBranch[]> {
  const lines = await refLines(git, repository, ['--format=%(objectname) %(refname:lstrip=2)', 'refs/heads/']);
  return lines.map((line) => ({ head: line.slice(0, line.indexOf(' ')), name: line.slice(line.indexOf(' ') + 1) }));
}

export interface Ref {
  /** In full. */
  readonly name: string;
  readonly commit: string;
}

/** The refs below a folder such as `refs/tags/`. */
export async function refsBelow(git: Git, repository: string, folder: string): Promise<readonly Ref[]> {
  const lines = await refLines(git, repository, ['--format=%(objectname) %(refname)', folder]);
  return lines.map((line) => ({ commit: line.slice(0, line.indexOf(' ')), name: line.slice(line.indexOf(' ') + 1) }));
}

/** Full names of the branches, remote branches and tags whose history holds a commit, those that stand at it included. */
export async function refsHolding(git: Git, repository: string, commit: string): Promise<readonly string[]> {
  const where = ['refs/heads/', 'refs/remotes/', 'refs/tags/'];
  return refLines(git, repository, ['--format=%(refname)', `--contains=${commit}`, ...where]);
}

/** Makes a ref stand at a commit, only where it stood at `from` where that is given. @throws OrchestraError GIT_FAILED where it did not */
export async function writeRef(
  git: Git,
  repository: string,
  ref: string,
  commit: string,
  from?: string,
): Promise<void> {
  const expected = from === undefined ? [] : [from];
  await git.text(['update-ref', ref, commit, ...expected], { cwd: repository, config: noHooks });
}

/** Removes a ref, only while it stands at `at` where that is given. @throws OrchestraError GIT_FAILED where it has moved */
export async function deleteRef(git: Git, repository: string, ref: string, at?: string): Promise<void> {
  const expected = at === undefined ? [] : [at];
  await git.text(['update-ref', '--no-deref', '-d', ref, ...expected], { cwd: repository, config: noHooks });
}

async function refLines(git: Git, repository: string, args: readonly string[]): Promise<readonly string[]> {
  const text = await git.text(['for-each-ref', ...args], { cwd: repository });
  return text === '' ? [] : text.split('\n');
}

/** Removes all refs below a folder that still stand where they are now. */
export async function deleteRefsBelow(git: Git, repository: string, folder: string): Promise<void> {
  for (const { name, commit } of await refsBelow(git, repository, folder))
    await deleteRef(git, repository, name, commit);
}

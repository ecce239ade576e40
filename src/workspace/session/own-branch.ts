import { OrchestraError } from '../../shared/errors.ts';
import { noHooks } from '../git/git-environment.ts';
import type { Git } from '../git/git.ts';
import { contains } from '../git/merge.ts';
import { writeRef } from '../git/refs.ts';
import { branchOf, commitAt } from '../git/repository.ts';

export interface OwnBranch {
  readonly folder: string;
  readonly branch: string;
}

/**
 * Agents use Git as well, and may have left the branch their work belongs on. What they committed elsewhere, on top of it,
 * is brought back to it.
 * @throws OrchestraError WORKTREE_LEFT where their commits do not lead on from it
 */
export async function returnToOwnBranch(git: Git, { folder, branch }: OwnBranch): Promise<void> {
  if ((await branchOf(git, folder)) === branch) return;
  const ref = `refs/heads/${branch}`;
  const [head, own] = await Promise.all([commitAt(git, folder, 'HEAD'), commitAt(git, folder, ref)]);
  if (!(await contains(git, folder, head, own))) {
    const message = `the agent left branch ${branch} in ${folder}, and what it went to does not lead on from it`;
    throw new OrchestraError('WORKTREE_LEFT', message);
  }
  await writeRef(git, folder, ref, head, own);
  await git.text(['symbolic-ref', 'HEAD', ref], { cwd: folder, config: noHooks });
}

/** Commits of a folder after one of its past, oldest first; none where it does not lead there. */
export async function commitsSince(
  git: Git,
  folder: string,
  before: string,
): Promise<readonly { readonly sha: string; readonly subject: string }[]> {
  const format = ['log', '-z', '--reverse', '--first-parent', '--format=%H %s', `${before}..HEAD`];
  const lines = (await git.text(format, { cwd: folder })).split('\0').filter((line) => line !== '');
  return lines.map((line) => ({ sha: line.slice(0, 40), subject: line.slice(41) }));
}

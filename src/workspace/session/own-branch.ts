import { OrchestraError } from '../../shared/errors.ts';
import type { Git } from '../git/git.ts';

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
  const ref = `refs/heads/${branch}`;
  const current = await git.run(['symbolic-ref', '--quiet', 'HEAD'], { cwd: folder });
  if (current.exitCode === 0 && current.stdout.toString().trim() === ref) return;
  const [head, own] = await Promise.all([
    git.text(['rev-parse', 'HEAD'], { cwd: folder }),
    git.text(['rev-parse', ref], { cwd: folder }),
  ]);
  const leadsOn = await git.run(['merge-base', '--is-ancestor', own, head], { cwd: folder });
  if (leadsOn.exitCode !== 0) {
    const message = `the agent left branch ${branch} in ${folder}, and what it went to does not lead on from it`;
    throw new OrchestraError('WORKTREE_LEFT', message);
  }
  await git.text(['update-ref', ref, head, own], { cwd: folder });
  await git.text(['symbolic-ref', 'HEAD', ref], { cwd: folder });
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

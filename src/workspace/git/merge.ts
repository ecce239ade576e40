import { failpoint } from '../../shared/failpoint.ts';
import { movedError, moveHead, subjectOf } from './commit.ts';
import { createCommit, type Identity, type NewCommit } from './commit-object.ts';
import { gitFailure } from './git-failure.ts';
import { noHooks } from './git-environment.ts';
import type { Git } from './git.ts';
import { mergeTrees, pathsOf } from './merge-trees.ts';
import { moveFiles } from './move-files.ts';
import { branchOf, resolveCommit } from './repository.ts';

export interface ConflictFile {
  /** Bytes that are no UTF-8 are replaced. */
  readonly path: string;
  /** With markers, where both sides have text, and its beginning where it is long; empty where one side removed it. */
  readonly text: string;
}

export type MergeResult =
  | { readonly kind: 'merged'; readonly commit: string }
  /** All of theirs is in ours already. */
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'conflict'; readonly files: readonly ConflictFile[] };

export interface MergeRequest {
  /** Any folder of the repository. */
  readonly folder: string;
  readonly ours: string;
  readonly theirs: string;
  readonly message: string;
  readonly author?: Identity;
  readonly signing: NewCommit['signing'];
}

/** Characters of a file in conflict. */
const conflictLimit = 256 * 1024;

/**
 * Merges in the object database; `advance` moves a branch to the result. There is a merge commit even where the branch could
 * just move. It bears the date of the newer of the two: done again, it is the same commit, unless it is signed.
 */
export async function mergeCommits(git: Git, request: MergeRequest): Promise<MergeResult> {
  const { folder, ours, theirs } = request;
  if (await contains(git, folder, ours, theirs)) return { kind: 'unchanged' };
  const { tree, conflicts } = await mergeTrees(git, folder, ours, theirs);
  if (conflicts.length > 0) {
    const files = pathsOf(conflicts).map((path) => conflictFile(git, folder, tree, path));
    return { kind: 'conflict', files: await Promise.all(files) };
  }
  const { message, author, signing } = request;
  const date = await newerDate(git, folder, [ours, theirs]);
  return {
    kind: 'merged',
    commit: await createCommit(git, { folder, tree, parents: [ours, theirs], message, author, signing, date }),
  };
}

/** Whether a commit is the other or comes after it. */
export async function contains(git: Git, folder: string, commit: string, other: string): Promise<boolean> {
  const args = ['merge-base', '--is-ancestor', other, commit];
  const exit = await git.run(args, { cwd: folder });
  if (exit.exitCode > 1) throw gitFailure(args, folder, exit);
  return exit.exitCode === 0;
}

async function conflictFile(git: Git, folder: string, tree: string, path: Buffer): Promise<ConflictFile> {
  const name = path.toString('utf8');
  const { exitCode, stdout } = await git.run(['cat-file', 'blob', `${tree}:${name}`], {
    cwd: folder,
    limit: conflictLimit,
  });
  const isText = exitCode === 0 && !stdout.includes(0);
  return { path: name, text: isText ? stdout.toString('utf8') : '' };
}

/** Seconds since 1970, in the time zone of the world. */
export async function newerDate(git: Git, folder: string, commits: readonly string[]): Promise<string> {
  const times = await git.text(['rev-list', '--no-walk=unsorted', '--no-commit-header', '--format=%ct', ...commits], {
    cwd: folder,
  });
  return `${Math.max(...times.split('\n').map(Number))} +0000`;
}

/**
 * Moves the branch a folder is on, and its files, from one commit to another.
 * @throws OrchestraError GIT_BRANCH_MOVED where it is at neither, GIT_CHANGES_IN_THE_WAY where something would be lost
 */
export async function advance(
  git: Git,
  move: { readonly folder: string; readonly branch: string; readonly from: string; readonly to: string },
): Promise<void> {
  const { folder, branch, from, to } = move;
  const [on, head] = await Promise.all([branchOf(git, folder), resolveCommit(git, folder, 'HEAD')]);
  if (on !== branch) throw movedError(folder, `branch ${branch}`, on === undefined ? 'no branch' : `branch ${on}`);
  // The files come first: where the branch is there, they are.
  if (head === to) return;
  if (head !== from) throw movedError(folder, from, head ?? 'no commit');
  await moveFiles(git, { folder, from, to });
  failpoint('git:files-moved');
  const subject = await git.text(['rev-list', '--no-walk=unsorted', '--no-commit-header', '--format=%s', to], {
    cwd: folder,
  });
  await moveHead(git, { folder, from, to, why: `merge: ${subjectOf(subject)}`, config: noHooks });
}

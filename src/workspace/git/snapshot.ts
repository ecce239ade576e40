import { copyFile } from 'node:fs/promises';
import { failpoint } from '../../shared/failpoint.ts';
import { createCommit, noObject, ourselves } from './commit-object.ts';
import { forgetMerge } from './merge-in-folder.ts';
import { newerDate } from './merge.ts';
import { noHooks } from './git-environment.ts';
import type { Git } from './git.ts';
import { withOwnIndex } from './own-index.ts';
import { writeRef } from './refs.ts';
import { branchOf, gitPath, resolveCommit } from './repository.ts';
import { treeOf } from './stage.ts';

const wholeTreeTimeoutMs = 30 * 60_000;

/**
 * Keeps what is in a folder and in no commit: the commit it gives has HEAD as its parent, and as its tree the files as they
 * are, those that git does not know included, ignored ones not. `ref` keeps it. Index and files stay as they are. Undefined
 * where there is nothing. The same files give the same commit.
 */
export async function captureUncommitted(
  git: Git,
  { folder, ref }: { readonly folder: string; readonly ref: string },
): Promise<string | undefined> {
  const head = await resolveCommit(git, folder, 'HEAD');
  const tree = await treeOfFiles(git, folder);
  if (head !== undefined && tree === (await treeOf(git, folder, head))) return undefined;
  const commit = await keepsake(git, { folder, tree, parents: head === undefined ? [] : [head] });
  await writeRef(git, folder, ref, commit);
  return commit;
}

async function treeOfFiles(git: Git, folder: string): Promise<string> {
  return withOwnIndex(git, folder, async (env) => {
    // What git knows of unchanged files saves it from reading them.
    await copyFile(await gitPath(git, folder, 'index'), env.GIT_INDEX_FILE).catch(unlessAbsent);
    await git.text(['add', '--all', '--sparse'], { cwd: folder, env, timeoutMs: wholeTreeTimeoutMs });
    return git.text(['write-tree'], { cwd: folder, env });
  });
}

function unlessAbsent(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}

export interface Restoration {
  readonly folder: string;
  readonly branch: string;
  /** Where the branch is put. */
  readonly head: string;
  /** What `captureUncommitted` gave when the folder was as it shall be again. */
  readonly uncommitted?: string | undefined;
  /**
   * A ref for what the branch and the folder have now, of this return alone: one that is there is what an earlier attempt
   * kept, and stays.
   */
  readonly keep?: string | undefined;
}

/**
 * Makes a folder what it was: on its branch, the branch at a commit, and uncommitted work as it was. Everything else in the
 * folder goes, ignored files excepted.
 */
export async function restoreTo(git: Git, wanted: Restoration): Promise<void> {
  const { folder, branch, head, uncommitted, keep } = wanted;
  if (keep !== undefined) await keepWhatIs(git, wanted, keep);
  failpoint('git:kept');
  await forgetMerge(git, folder);
  const call = { cwd: folder, config: noHooks, timeoutMs: wholeTreeTimeoutMs };
  if ((await branchOf(git, folder)) !== branch) await git.text(['symbolic-ref', 'HEAD', `refs/heads/${branch}`], call);
  await git.text(['reset', '--hard', '--quiet', head], call);
  failpoint('git:restored-head');
  await git.text(['clean', '-ffdq'], call);
  if (uncommitted === undefined) return;
  await git.text(['read-tree', '--reset', '-u', uncommitted], call);
  await git.text(['reset', '--mixed', '--quiet', head], call);
}

/** HEAD may have left the branch: both are kept then. */
async function keepWhatIs(git: Git, wanted: Restoration, ref: string): Promise<void> {
  const { folder, branch, head } = wanted;
  if ((await resolveCommit(git, folder, ref)) !== undefined) return;
  const [here, tip, tree] = await Promise.all([
    resolveCommit(git, folder, 'HEAD'),
    resolveCommit(git, folder, `refs/heads/${branch}`),
    treeOfFiles(git, folder),
  ]);
  const parents = [...new Set([here, tip])].filter((commit) => commit !== undefined);
  const [only = noObject] = parents;
  const isCommitted = parents.length === 1 && tree === (await treeOf(git, folder, only));
  if (isCommitted && only === head) return;
  const kept = isCommitted ? only : await keepsake(git, { folder, tree, parents });
  await writeRef(git, folder, ref, kept);
}

/** The same files on the same commits give the same commit. */
async function keepsake(
  git: Git,
  { folder, tree, parents }: { readonly folder: string; readonly tree: string; readonly parents: readonly string[] },
): Promise<string> {
  const date = parents.length === 0 ? '0 +0000' : await newerDate(git, folder, parents);
  const message = 'What was in no commit\n';
  return createCommit(git, { folder, tree, parents, message, author: ourselves, signing: 'off', date });
}

import { readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { OrchestraError } from '../../shared/errors.ts';
import { failpoint } from '../../shared/failpoint.ts';
import { makeFolders } from '../../shared/make-folders.ts';
import { completeMark } from './complete-mark.ts';
import { noObject } from './commit-object.ts';
import { noHooks } from './git-environment.ts';
import type { Git } from './git.ts';
import { gitPath, realFolder, resolveCommit } from './repository.ts';
import { fillSubmodules } from './submodules.ts';

export interface Worktree {
  readonly folder: string;
  readonly head: string;
  /** Short name; absent where HEAD is detached. */
  readonly branch?: string;
  /** Why it was locked, maybe `''`; absent where it was not. */
  readonly lockedBecause?: string;
  /** Its folder is gone. */
  readonly isPrunable: boolean;
}

export interface NewWorktree {
  readonly repository: string;
  readonly folder: string;
  /** Made where it is missing; one that is there is taken as it stands. */
  readonly branch: string;
  /** Where a new branch begins. */
  readonly at: string;
}

/** A checkout of 50,000 files on a slow disk takes minutes. */
const checkoutTimeoutMs = 30 * 60_000;

/**
 * A worktree on a branch of its own. What the source's sparse checkout leaves out is left out here; submodules come from
 * the source's clones; hooks of the user are not run. Half-made ones are made anew.
 */
export async function addWorktree(git: Git, wanted: NewWorktree): Promise<'created' | 'found'> {
  const { repository, branch } = wanted;
  const folder = await realFolder(wanted.folder);
  const there = (await listWorktrees(git, repository)).find((worktree) => worktree.folder === folder);
  if (there && !there.isPrunable && (await isComplete(git, folder))) {
    if (there.branch === branch) return 'found';
    throw new OrchestraError(
      'GIT_FOLDER_TAKEN',
      `The worktree ${folder} is on ${there.branch ?? 'no branch'}, not on ${branch}.`,
    );
  }
  if (there) await removeWorktree(git, { repository, folder });
  makeFolders(dirname(folder));
  await makeBranch(git, wanted);
  await git.text(['worktree', 'add', '--quiet', '--no-guess-remote', '--', folder, branch], {
    cwd: repository,
    config: noHooks,
    timeoutMs: checkoutTimeoutMs,
  });
  failpoint('git:worktree-added');
  await fillSubmodules(git, { repository, folder });
  await writeFile(await gitPath(git, folder, completeMark), '');
  return 'created';
}

/** By itself, so that what follows can be tried again. */
async function makeBranch(git: Git, { repository, branch, at }: NewWorktree): Promise<void> {
  const ref = `refs/heads/${branch}`;
  if ((await resolveCommit(git, repository, ref)) !== undefined) return;
  const message = `branch: Created from ${at}`;
  await git.text(['update-ref', '--create-reflog', '-m', message, ref, at, noObject], {
    cwd: repository,
    config: noHooks,
  });
  failpoint('git:branch-made');
}

async function isComplete(git: Git, folder: string): Promise<boolean> {
  const mark = await gitPath(git, folder, completeMark).catch(() => undefined); // no checkout there at all
  return mark !== undefined && (await textOf(mark)) !== undefined;
}

/** Removes that folder and what git keeps of it; the branch stays. Nothing where both are gone. */
export async function removeWorktree(
  git: Git,
  wanted: { readonly repository: string; readonly folder: string },
): Promise<void> {
  const { repository } = wanted;
  const folder = await realFolder(wanted.folder);
  const known = (await listWorktrees(git, repository)).some((worktree) => worktree.folder === folder);
  if (known) {
    // Twice, as once only removes those that are not locked.
    const args = ['worktree', 'remove', '--force', '--force', '--', folder];
    const { exitCode } = await git.run(args, { cwd: repository, timeoutMs: checkoutTimeoutMs });
    if (exitCode === 0) return;
    // Damaged, or half gone: its folder goes first, then git has nothing to object to.
    await rm(folder, { recursive: true, force: true });
    await git.text(args, { cwd: repository });
    return;
  }
  await removeLeftFolder(git, repository, folder);
}

/** A folder git knows nothing of any more: only one that says to be a worktree of this repository is ours to remove. */
async function removeLeftFolder(git: Git, repository: string, folder: string): Promise<void> {
  const pointer = /^gitdir: (.+)\n?$/.exec((await textOf(join(folder, '.git'))) ?? '')?.[1];
  if (pointer === undefined) return rmdir(folder).catch(unlessAbsent);
  const worktrees = join(await realFolder(await gitPath(git, repository, 'worktrees')), '/');
  if (!(await realFolder(resolve(folder, pointer))).startsWith(worktrees))
    throw new OrchestraError('GIT_FOLDER_TAKEN', `${folder} belongs to another repository.`);
  await rm(folder, { recursive: true, force: true });
}

function unlessAbsent(error: NodeJS.ErrnoException): void {
  if (error.code === 'ENOENT') return;
  const { path = 'The folder' } = error;
  throw new OrchestraError('GIT_FOLDER_TAKEN', `${path} is no worktree, and not empty.`, { cause: error });
}

/** All worktrees of a repository, its own checkout first. */
export async function listWorktrees(git: Git, repository: string): Promise<readonly Worktree[]> {
  const text = await git.text(['worktree', 'list', '--porcelain', '-z'], { cwd: repository });
  return text
    .split('\0\0')
    .filter((block) => block !== '')
    .map((block) => worktreeOf(block.split('\0')));
}

function worktreeOf(lines: readonly string[]): Worktree {
  const valueOf = (name: string): string | undefined => {
    const line = lines.find((text) => text === name || text.startsWith(`${name} `));
    return line?.slice(name.length + 1);
  };
  const branch = valueOf('branch')?.replace(/^refs\/heads\//, '');
  const locked = valueOf('locked');
  return {
    folder: valueOf('worktree') ?? '',
    head: valueOf('HEAD') ?? '',
    ...(branch !== undefined && { branch }),
    ...(locked !== undefined && { lockedBecause: locked }),
    isPrunable: valueOf('prunable') !== undefined,
  };
}

async function textOf(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined); // absent, or no file
}

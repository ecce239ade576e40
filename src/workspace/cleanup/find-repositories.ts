import { existsSync } from 'node:fs';
import type { Git } from '../git/git.ts';
import { listBranches, refsBelow, refsHolding } from '../git/refs.ts';
import { findRepository, isDirty, realFolder } from '../git/repository.ts';
import { listWorktrees, type Worktree } from '../git/worktree.ts';
import type { FoundBranch, FoundRepository, FoundWorktree } from './cleanup-facts.ts';

/** What may be of a run: only that is looked at closely. */
export interface Ours {
  readonly branch: (name: string) => boolean;
  readonly folder: (path: string) => boolean;
}

export interface FoundRepositories {
  readonly repositories: readonly FoundRepository[];
  /** The one among them that a path leads to: worktrees of one repository share everything. Undefined where it is gone. */
  readonly at: (path: string) => FoundRepository | undefined;
}

/**
 * What there is in repositories, those that are gone left out.
 * @param paths their top folders
 */
export async function findRepositories(git: Git, paths: Iterable<string>, ours: Ours): Promise<FoundRepositories> {
  const byCommonDir = new Map<string, FoundRepository>();
  const byPath = new Map<string, FoundRepository>();
  for (const path of new Set(paths)) {
    const commonDir = await commonDirAt(git, path);
    if (commonDir === undefined) continue;
    const found = byCommonDir.get(commonDir) ?? (await lookInto(git, path, ours));
    byCommonDir.set(commonDir, found);
    byPath.set(path, found);
  }
  return { repositories: [...byCommonDir.values()], at: (path) => byPath.get(path) };
}

/** A worktree as it is now; undefined where the repository does not know it. */
export async function findWorktree(git: Git, repository: string, path: string): Promise<FoundWorktree | undefined> {
  const all = await listWorktrees(git, repository);
  const index = all.findIndex(({ folder }) => folder === path);
  const worktree = all[index];
  return worktree && { ...outlineOf(worktree, index === 0), hasChanges: await hasChanges(git, worktree) };
}

/** What else holds the commits of a branch. */
export async function holdersOf(
  git: Git,
  repository: string,
  { name, head }: Pick<FoundBranch, 'name' | 'head'>,
): Promise<readonly string[]> {
  return (await refsHolding(git, repository, head)).filter((ref) => ref !== `refs/heads/${name}`);
}

/** Undefined where something else lies there now, or nothing. */
async function commonDirAt(git: Git, path: string): Promise<string | undefined> {
  if (!existsSync(path)) return undefined;
  const repository = await findRepository(git, path);
  return repository?.root === (await realFolder(path)) ? repository.commonDir : undefined;
}

async function lookInto(git: Git, path: string, ours: Ours): Promise<FoundRepository> {
  const worktrees: FoundWorktree[] = [];
  for (const [index, worktree] of (await listWorktrees(git, path)).entries())
    worktrees.push({
      ...outlineOf(worktree, index === 0),
      hasChanges: index > 0 && ours.folder(worktree.folder) && (await hasChanges(git, worktree)),
    });
  const branches: FoundBranch[] = [];
  for (const branch of await listBranches(git, path))
    branches.push({ ...branch, heldBy: ours.branch(branch.name) ? await holdersOf(git, path, branch) : [] });
  const ownRefs = (await refsBelow(git, path, 'refs/orchestra/')).map(({ name }) => name);
  return { path, worktrees, branches, ownRefs };
}

function outlineOf({ folder, branch, lockedBecause }: Worktree, isMain: boolean): Omit<FoundWorktree, 'hasChanges'> {
  return {
    path: folder,
    isMain,
    ...(branch !== undefined && { branch }),
    // Git's own lock on what it was killed in the middle of making.
    ...(lockedBecause !== undefined && lockedBecause !== 'initializing' && { locked: lockedBecause }),
  };
}

async function hasChanges(git: Git, { folder, lockedBecause, isPrunable }: Worktree): Promise<boolean> {
  // What lies in a folder that does not know its repository any more may be somebody's.
  if (isPrunable) return existsSync(folder);
  // Nobody has worked where Git did not come to an end.
  return lockedBecause !== 'initializing' && isDirty(git, folder);
}

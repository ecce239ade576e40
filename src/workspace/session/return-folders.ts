import type { WorkspacePlan } from '../../contract/workspace-plan.ts';
import type { Git } from '../git/git.ts';
import { deleteRef, refsBelow, writeRef } from '../git/refs.ts';
import { resolveCommit } from '../git/repository.ts';
import { restoreTo } from '../git/snapshot.ts';
import { addWorktree } from '../git/worktree.ts';
import { removeBranchFolder } from './branch-folders.ts';
import { mergeRefsOf } from './merge-room.ts';
import { branchName, worktreeFolder } from './scopes.ts';

/** Where the folder of a branch stood at a moment of a run. */
export interface Standing {
  readonly repo: string;
  /** Branch path as the run that has the workspace sees it. */
  readonly path: string;
  readonly head: string;
  readonly uncommitted?: string;
}

export interface ReturnRequest {
  readonly git: Git;
  readonly plan: WorkspacePlan;
  /** Where its folders shall stand. */
  readonly standings: readonly Standing[];
  /** Branch paths that have come since: they are to begin anew. */
  readonly later: readonly Pick<Standing, 'repo' | 'path'>[];
  /** Tells this return from others; what branches had stays reachable under `refs/orchestra/` with it in its name. */
  readonly mark: string;
}

/**
 * Brings the folders of a run to where they stood at a moment, uncommitted work included. Nothing that was committed is
 * lost: where a branch stood before is kept under a ref of its own. Done again, it finds what it has done.
 */
export async function returnFolders(request: ReturnRequest): Promise<void> {
  for (const standing of request.standings) await returnOne(standing, request);
  for (const { repo, path } of request.later) await beginAnew(repo, path, request);
  for (const { path } of request.plan.repositories) await openMerges(path, request);
}

/** A conflict that is met again is asked about again: how it was resolved is aside. */
async function openMerges(repository: string, request: ReturnRequest): Promise<void> {
  const { git, plan } = request;
  const prefix = mergeRefsOf(plan);
  for (const { name, commit } of await refsBelow(git, repository, prefix)) {
    await writeRef(git, repository, `${keptRefs(request)}merges/${name.slice(prefix.length)}`, commit);
    await deleteRef(git, repository, name, commit);
  }
}

async function returnOne({ repo, path, head, uncommitted }: Standing, request: ReturnRequest): Promise<void> {
  const { git, plan } = request;
  const place = placeOf(repo, path, plan);
  await addWorktree(git, { ...place, at: head });
  const keep = keptRef(place.branch, request);
  await restoreTo(git, { ...place, head, keep, ...(uncommitted !== undefined && { uncommitted }) });
}

/** The branch is out of the way, and its folder, so that the walk makes both as it did the first time. */
async function beginAnew(repo: string, path: string, request: ReturnRequest): Promise<void> {
  const { git, plan } = request;
  const { repository, folder, branch } = placeOf(repo, path, plan);
  const ref = `refs/heads/${branch}`;
  const head = await resolveCommit(git, repository, ref);
  if (head !== undefined) await writeRef(git, repository, keptRef(branch, request), head);
  await removeBranchFolder(git, { repository, folder });
  if (head !== undefined) await deleteRef(git, repository, ref, head);
}

function keptRef(branch: string, request: ReturnRequest): string {
  return `${keptRefs(request)}${branch.split('/').at(-1) ?? ''}`;
}

function keptRefs({ plan, mark }: Pick<ReturnRequest, 'plan' | 'mark'>): string {
  return `refs/orchestra/${plan.session}/returned/${mark}/`;
}

function placeOf(
  repo: string,
  path: string,
  plan: WorkspacePlan,
): { readonly repository: string; readonly folder: string; readonly branch: string } {
  const repository = plan.repositories.find(({ name }) => name === repo);
  if (!repository) throw new Error(`the plan of the run has no repository ${repo}`);
  return {
    repository: repository.path,
    folder: worktreeFolder(plan, repository, path),
    branch: branchName(plan, repository, path),
  };
}

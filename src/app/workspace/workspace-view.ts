import { placeOfKey } from '../../contract/keys.ts';
import type { RepositoryView, WorkspaceBranchView, WorkspaceView } from '../../contract/run-view.ts';
import type { PlannedRepository, WorkspacePlan } from '../../contract/workspace-plan.ts';
import type { ToldHeads } from '../../journal/folds/return-point-fold.ts';
import type { RecordedWorktree, WorkspaceFold } from '../../journal/folds/workspace-fold.ts';
import { branchName, workspaceScope, worktreeFolder } from '../../workspace/session/scopes.ts';

/**
 * What a run was to do in repositories, and what it has done.
 * @param heads where child pipelines have left its folders, oldest first
 */
export function workspaceView(plan: WorkspacePlan, fold: WorkspaceFold, heads: readonly ToldHeads[]): WorkspaceView {
  const worktrees = fold.worktrees().map((worktree) => {
    const { repo, seq } = worktree;
    const path = workspaceScope(plan, worktree.scope);
    const later = heads.findLast((told) => told.path === path && told.seq > seq && told.repos[repo] !== undefined);
    return { ...worktree, head: later?.repos[repo] ?? worktree.head };
  });
  return { repos: plan.repositories.map((repository) => repositoryView(repository, plan, worktrees, fold)) };
}

function repositoryView(
  repository: PlannedRepository,
  plan: WorkspacePlan,
  worktrees: readonly RecordedWorktree[],
  fold: WorkspaceFold,
): RepositoryView {
  const { name, path, copyOf, base, baseBranch } = repository;
  const own = worktrees.filter(({ repo }) => repo === name);
  const changeRequests = fold.changeRequests(name);
  const mainPath = workspaceScope(plan, '');
  return {
    ...{ name, path: copyOf ?? path, base },
    ...(baseBranch !== undefined && { baseBranch }),
    branch: branchName(plan, repository, mainPath),
    worktree: worktreeFolder(plan, repository, mainPath),
    head: own.find(({ scope }) => scope === '')?.head ?? base,
    branches: own.filter(({ scope }) => scope !== '').map(branchView),
    ...(changeRequests.length > 0 && { changeRequests }),
  };
}

function branchView({ scope, branch, worktree, head, merged }: RecordedWorktree): WorkspaceBranchView {
  // A second branch to the same node is told apart by a number.
  const node = placeOfKey(scope).node.replace(/~\d+$/, '');
  return { node, scope, branch, worktree, head, merged };
}

import { join } from 'node:path';
import { inScope } from '../../contract/keys.ts';
import type { PlannedRepository, WorkspacePlan } from '../../contract/workspace-plan.ts';
import { refComponent } from '../git/ref-name.ts';

/**
 * Branch path as the run that has the workspace sees it: names are made from these. A child pipeline works in the branch
 * it was started from, and its own branches lie below the operation that it is: `fan#1/x` of `sub#1` is `sub#1.fan#1/x`.
 */
export function workspaceScope({ within }: Pick<WorkspacePlan, 'within'>, scope: string): string {
  if (!within) return scope;
  return scope === '' ? within.scope : inScope(within.scope, `${within.key}.${scope}`);
}

/** The branch path around one; undefined for the run's own. */
export function scopeAround(scope: string): string | undefined {
  return scope === '' ? undefined : scope.split('/').slice(0, -2).join('/');
}

/** Git branch of a branch path: all of a run lie side by side, as Git has no branch below a branch. */
export function branchName(plan: WorkspacePlan, { prefix }: PlannedRepository, path: string): string {
  return `${prefix}${plan.session}/${nameOf(path)}`;
}

/** Folder of a repository for a branch path. */
export function worktreeFolder(plan: WorkspacePlan, { name }: PlannedRepository, path: string): string {
  return join(pathFolder(plan, path), refComponent(name));
}

/** Folder of all repositories for a branch path. */
export function pathFolder(plan: WorkspacePlan, path: string): string {
  return join(plan.folder, nameOf(path));
}

/**
 * `main` for the run's own, `fan.security` for `fan#1/security`, `fan-2.security` for its second visit, `sub+fan.x` for a
 * child's. Names of nodes have none of these marks, so no two paths share a name.
 */
function nameOf(path: string): string {
  return path === '' ? 'main' : refComponent(path.split('/').map(partName).join('.'));
}

function partName(part: string): string {
  return part
    .split('.')
    .map((key) => key.replace(/#1$/, '').replaceAll(/[#@]/g, '-'))
    .join('+');
}

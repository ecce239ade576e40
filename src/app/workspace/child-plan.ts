import { isAbsolute, join } from 'node:path';
import { placeOfKey } from '../../contract/keys.ts';
import type { WorkspacePlan } from '../../contract/workspace-plan.ts';
import { workspaceScope } from '../../workspace/session/scopes.ts';

/**
 * Where a child pipeline works: in the folder of the branch that started it.
 * @param operation key of the child within its parent
 * @param workdir `stack.child_workdir` of the parent, as seen from where the parent works
 */
export function childPlan(plan: WorkspacePlan, operation: string, workdir = '.'): WorkspacePlan {
  return { ...within(plan, operation), ...startBelow(plan, workdir) };
}

/** Of several repositories without a place in one of them, the folder above all is where steps work. */
function startBelow({ start, repositories }: WorkspacePlan, workdir: string): Pick<WorkspacePlan, 'start'> {
  const [only, another] = repositories;
  const from = start ?? (only && !another ? { repository: only.name, path: '' } : undefined);
  if (workdir === '.' || isAbsolute(workdir) || !from) return start ? { start } : {};
  return { start: { ...from, path: join(from.path, workdir) } };
}

function within(plan: WorkspacePlan, operation: string): WorkspacePlan {
  const { scope } = placeOfKey(operation);
  const key = operation.slice(operation.lastIndexOf('/') + 1);
  const { within: above } = plan;
  // Below a child, the way down to it is part of the operation's name.
  if (above && scope === '') return { ...plan, within: { ...above, key: `${above.key}.${key}` } };
  return { ...plan, within: { scope: workspaceScope(plan, scope), key } };
}

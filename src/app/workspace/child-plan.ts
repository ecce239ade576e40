import { placeOfKey } from '../../contract/keys.ts';
import type { WorkspacePlan } from '../../contract/workspace-plan.ts';
import { workspaceScope } from '../../workspace/session/scopes.ts';

/**
 * Where a child pipeline works: in the folder of the branch that started it.
 * @param operation key of the child within its parent
 */
export function childPlan(plan: WorkspacePlan, operation: string): WorkspacePlan {
  const { scope } = placeOfKey(operation);
  const key = operation.slice(operation.lastIndexOf('/') + 1);
  const { within } = plan;
  // Below a child, the way down to it is part of the operation's name.
  if (within && scope === '') return { ...plan, within: { ...within, key: `${within.key}.${key}` } };
  return { ...plan, within: { scope: workspaceScope(plan, scope), key } };
}

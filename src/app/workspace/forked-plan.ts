import { dirname, join } from 'node:path';
import type { WorkspacePlan } from '../../contract/workspace-plan.ts';

/** The plan of a fork: that of its source, in folders and on branches of its own. */
export function forkedPlan(plan: WorkspacePlan, runId: string): WorkspacePlan {
  const [pipeline = ''] = plan.session.split('/');
  return { ...plan, session: `${pipeline}/${runId}`, folder: join(dirname(plan.folder), runId) };
}

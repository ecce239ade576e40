import type { WorkspacePlan } from '../../contract/workspace-plan.ts';
import type { Redactor } from '../../shared/redaction.ts';
import type { KeepingParts } from '../../workspace/session/keep-changes.ts';

export function describeChanges(
  _plan: WorkspacePlan,
  _redactor: Redactor,
): Pick<KeepingParts, 'describe' | 'findSecrets'> {
  return {
    findSecrets: async () => [],
    describe: async ({ node, runId }) => `${node}\n\nOrchestra-Run: ${runId}\nOrchestra-Node: ${node}\n`,
  };
}

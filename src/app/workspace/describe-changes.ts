import type { WorkspacePlan } from '../../contract/workspace-plan.ts';
import type { KeepingParts } from '../../workspace/session/keep-changes.ts';
import { secretSearch } from '../../workspace/secrets/find-secrets.ts';
import type { Configuration } from '../configuration/configuration.ts';
import { secretsFrom } from '../configuration/secrets-from.ts';

/** What changes of a project are looked through for, and worded by. */
export function describeChanges(
  _plan: WorkspacePlan,
  configuration: Pick<Configuration, 'secrets' | 'env'>,
): Pick<KeepingParts, 'describe' | 'findSecrets'> {
  return {
    findSecrets: secretSearch({ secrets: Object.fromEntries(secretsFrom(configuration)) }),
    describe: async ({ node, runId }) => `${node}\n\nOrchestra-Run: ${runId}\nOrchestra-Node: ${node}\n`,
  };
}

import type { WorkspacePlan } from '../../contract/workspace-plan.ts';
import { generatedMessage } from '../../workspace/messages/generated-message.ts';
import { plainMessage } from '../../workspace/messages/plain-message.ts';
import { withTrailers } from '../../workspace/messages/trailers.ts';
import type { KeepingParts } from '../../workspace/session/keep-changes.ts';
import { secretSearch } from '../../workspace/secrets/find-secrets.ts';
import type { ChoiceParts } from '../agent-choice.ts';
import type { Configuration } from '../configuration/configuration.ts';
import { secretsFrom } from '../configuration/secrets-from.ts';
import { cheapModel } from './cheap-model.ts';

export interface DescribingParts extends ChoiceParts {
  readonly plan: WorkspacePlan;
  readonly configuration: Pick<Configuration, 'secrets' | 'env'>;
}

/** What changes of a project are looked through for, and who words them. */
export function describeChanges(parts: DescribingParts): Pick<KeepingParts, 'describe' | 'findSecrets'> {
  const model = parts.plan.messages === 'generated' ? cheapModel(parts) : undefined;
  return {
    findSecrets: secretSearch({ secrets: Object.fromEntries(secretsFrom(parts.configuration)) }),
    async describe(change, step) {
      const { runId, node, turn, agent, model: writer, intent = '' } = change;
      const origin = {
        ...{ run: runId, node },
        ...(turn !== undefined && { turn }),
        ...(agent !== undefined && { agent }),
        ...(writer !== undefined && { model: writer }),
      };
      const plain = plainMessage(change);
      if (!model) return { message: withTrailers(plain, origin) };
      const asked = model(step);
      const diff = step.services.redactor.text(await change.diff());
      const { ask } = asked;
      const { message, reason } = await generatedMessage({ diff, intent, plain, ask, signal: step.services.signal });
      if (reason !== undefined)
        await step.services.emit({ type: 'WorkspaceNotice', message: `plain commit message: ${reason}` });
      const { usage } = asked;
      return { message: withTrailers(message, origin), ...(usage && { usage }) };
    },
  };
}

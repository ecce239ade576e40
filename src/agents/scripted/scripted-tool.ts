import { toolUpdates } from '../../engine/handlers/tool-updates.ts';
import { succeeded } from '../../contract/outcome.ts';
import type { NodeResult, StepHandler } from '../../engine/ports/step.ts';
import { scriptEntry, type Script } from './script.ts';
import { wait } from './wait.ts';

/**
 * Answers tool nodes from a script, where their commands shall not run: the text of an entry is the output of the tool,
 * and its exit code is 0 or, where the entry is no success, 1.
 */
export function createScriptedTool(script: Script): StepHandler {
  return {
    async execute(call, services): Promise<NodeResult> {
      const entry = scriptEntry(script, call.nodeId, call.execution);
      if (entry.kind === 'throw') {
        return { outcome: { status: entry.transient ? 'retry' : 'fail', failureReason: entry.message } };
      }
      await wait(entry.delayMs, services.signal);
      const { outcome, text = '' } = entry;
      const isGood = succeeded(outcome);
      const contextUpdates = { ...toolUpdates(call.node, text, isGood ? 0 : 1), ...outcome.contextUpdates };
      const reason = isGood ? {} : { failureReason: outcome.notes ?? `${call.nodeId} reported ${outcome.status}` };
      return { outcome: { ...outcome, ...reason, contextUpdates } };
    },
  };
}

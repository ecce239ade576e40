import { succeeded, type Outcome } from '../../contract/outcome.ts';
import { AgentTurns } from '../../engine/handlers/agent-turns.ts';
import { steeredPrompt, storedPrompt } from '../../engine/handlers/codergen-prompt.ts';
import { noOutputs } from '../../engine/handlers/step-declared-outputs.ts';
import { failed, isProblem } from '../../engine/handlers/step-problem.ts';
import { concludeStage, prepareStage, type PreparedStage } from '../../engine/handlers/step-stage.ts';
import type { NodeResult, StepHandler } from '../../engine/ports/step.ts';
import type { TemplateEngine } from '../../engine/ports/template-engine.ts';
import { scriptEntry, type Script } from './script.ts';
import { wait } from './wait.ts';

/**
 * Backend `scripted`: answers codergen stages and ranking fan-ins from a script, in branches and children too.
 * Prompt (with steering, without preamble) and response are stored and declared outputs are read as with an agent; where an entry leaves the text
 * open, a fan-in gets its best candidate, and `output_schema` is not enforced.
 */
export function createScriptedHandler(script: Script, templates?: TemplateEngine): StepHandler {
  return {
    async execute(call, services): Promise<NodeResult> {
      const stage = await prepareStage(call, templates, services);
      if (isProblem(stage)) return failed(stage.problem);
      const prompt = steeredPrompt({ prompt: stage.prompt, call });
      services.artifact(`${stage.nodeId}.prompt`, storedPrompt(stage.system, prompt));
      const entry = scriptEntry(script, call.nodeId, call.execution);
      if (entry.kind === 'throw') {
        return { outcome: { status: entry.transient ? 'retry' : 'fail', failureReason: entry.message } };
      }
      await wait(entry.delayMs, services.signal);
      // An earlier start of the same operation may have come this far.
      const turns = await AgentTurns.of(services);
      if (turns.completed === 0) await services.emit(turns.complete());
      const outputs = entry.text === undefined ? noOutputs : stage.outputs;
      const answer = { text: entry.text ?? openText(stage), outcome: withNotes(stage, entry.outcome) };
      return { outcome: concludeStage({ ...stage, outputs }, answer, services) };
    },
  };
}

function openText({ nodeId, candidates }: PreparedStage): string {
  return candidates?.[0]?.id ?? `[Scripted] Response for stage: ${nodeId}`;
}

function withNotes({ nodeId }: PreparedStage, outcome: Outcome): Outcome {
  return succeeded(outcome) ? { notes: `Stage completed: ${nodeId}`, ...outcome } : outcome;
}

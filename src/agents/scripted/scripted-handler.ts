import { succeeded, type Outcome } from '../../contract/outcome.ts';
import { steeredPrompt, storedPrompt } from '../../engine/handlers/codergen-prompt.ts';
import { noOutputs } from '../../engine/handlers/step-declared-outputs.ts';
import { failed, isProblem } from '../../engine/handlers/step-problem.ts';
import { concludeStage, prepareStage, type PreparedStage } from '../../engine/handlers/step-stage.ts';
import type { NodeResult, StepHandler } from '../../engine/ports/step.ts';
import type { TemplateEngine } from '../../engine/ports/template-engine.ts';
import { scriptEntry, type Script, type ScriptEntry } from './script.ts';
import type { ScriptedTurn } from './scripted-turn.ts';
import { takeTurns } from './take-turns.ts';
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
      await takeTurns(turnsOf(entry), services);
      await wait(entry.delayMs, services.signal);
      const text = entry.text ?? entry.turns?.at(-1)?.text;
      const outputs = text === undefined ? noOutputs : stage.outputs;
      const answer = { text: text ?? openText(stage), outcome: withNotes(stage, entry.outcome) };
      return { outcome: concludeStage({ ...stage, outputs }, answer, services) };
    },
  };
}

/** Its turns, the last of which is its answer: one of its own, unless the script leaves it to what was said before. */
function turnsOf({ turns, text }: Extract<ScriptEntry, { kind: 'answer' }>): readonly ScriptedTurn[] {
  if (!turns) return [];
  return text === undefined ? turns : [...turns, { changes: [], delayMs: 0 }];
}

function openText({ nodeId, candidates }: PreparedStage): string {
  return candidates?.[0]?.id ?? `[Scripted] Response for stage: ${nodeId}`;
}

function withNotes({ nodeId }: PreparedStage, outcome: Outcome): Outcome {
  return succeeded(outcome) ? { notes: `Stage completed: ${nodeId}`, ...outcome } : outcome;
}

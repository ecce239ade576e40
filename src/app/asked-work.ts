import { possiblePrompts, withoutRetold } from '../engine/handlers/codergen-prompt.ts';
import { isProblem } from '../engine/handlers/step-problem.ts';
import { prepareStage } from '../engine/handlers/step-stage.ts';
import type { TemplateEngine } from '../engine/ports/template-engine.ts';
import type { AskedWork, AskStep } from '../runtime/recorded/recorded-steps.ts';
import { renderToolCommand } from '../workspace/shell/tool-step.ts';
import type { Extensions } from './extensions.ts';

/** What the steps of our own handlers ask of agents and of the shell, found out without asking. */
export function askedWork(templates: TemplateEngine, { handlers = {} }: Extensions): AskStep {
  return async (call, services): Promise<AskedWork | undefined> => {
    if (Object.hasOwn(handlers, call.handler)) return undefined;
    if (call.handler === 'tool') {
      const rendered = await renderToolCommand(templates, call, services);
      return { what: 'command', texts: [isProblem(rendered) ? rendered.problem : rendered.command] };
    }
    if (call.handler !== 'codergen' && call.handler !== 'parallel.fan_in') return undefined;
    const stage = await prepareStage(call, templates, services);
    if (isProblem(stage)) return { what: 'prompt', texts: [stage.problem] };
    return { what: 'prompt', texts: await possiblePrompts({ ...stage, call, services }), comparable: withoutRetold };
  };
}

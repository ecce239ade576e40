import { promptLayers, type PromptLayer } from '../../contract/prompt-layer.ts';
import { textOf } from '../../language/graph/attributes.ts';
import { isPlace, placeText } from '../../language/graph/span.ts';
import { TemplateError, type TemplateEngine } from '../ports/template-engine.ts';
import type { StepCall, StepServices } from '../ports/step.ts';
import type { Problem } from './step-problem.ts';
import { responsesFor, responsesVariable } from './step-responses.ts';
import { templateVariables } from './step-template-variables.ts';

/** What an agent is told: who it is, where its profile or node says so, and what it shall do. */
export interface ComposedPrompt {
  /** Role, persona and personality. */
  readonly system?: string;
  readonly text: string;
}

/**
 * Puts together what a node's agent is told. The layers `agent.role`, `agent.persona`, `agent.personality` and `agent.task` are
 * Jinja2 templates, rendered strictly with the context and the full answers they ask for. The node's own prompt
 * (`prompt`; without one and without a task its `label`, else its id: 4.5) comes after the task, and is a template where
 * the graph says `templates=jinja2`. `$goal` is replaced in all of them.
 */
export async function composePrompt(
  call: StepCall,
  templates: TemplateEngine | undefined,
  services: Pick<StepServices, 'readArtifact'>,
): Promise<ComposedPrompt | Problem> {
  const rendered: Partial<Record<PromptLayer | 'prompt', string>> = {};
  for (const part of partsOf(call)) {
    const text = part.isTemplate ? await render(part, call, templates, services) : part.text;
    if (typeof text !== 'string') return text;
    rendered[part.of] = text;
  }
  const { role, persona, personality, task, prompt } = rendered;
  const system = joined([role, persona, personality]);
  return { ...(system !== '' && { system }), text: joined([task, prompt]) };
}

function joined(texts: readonly (string | undefined)[]): string {
  return texts.filter((text) => text !== undefined && text !== '').join('\n\n');
}

interface Part {
  readonly of: PromptLayer | 'prompt';
  /** The attribute it stands in. */
  readonly key: string;
  readonly text: string;
  readonly isTemplate: boolean;
}

function partsOf(call: StepCall): readonly Part[] {
  const { node, graph } = call;
  const layers = promptLayers.flatMap((layer): Part[] => {
    const key = `agent.${layer}`;
    const text = textOf(node, key);
    return text === undefined ? [] : [{ of: layer, key, text: withGoal(call, text), isTemplate: true }];
  });
  const hasTask = layers.some(({ of }) => of === 'task');
  const prompt = textOf(node, 'prompt') ?? (hasTask ? undefined : (textOf(node, 'label') ?? node.id));
  if (prompt === undefined) return layers;
  const isTemplate = textOf(graph, 'templates') === 'jinja2';
  return [...layers, { of: 'prompt', key: 'prompt', text: withGoal(call, prompt), isTemplate }];
}

async function render(
  part: Part,
  call: StepCall,
  templates: TemplateEngine | undefined,
  services: Pick<StepServices, 'readArtifact'>,
): Promise<string | Problem> {
  const place = placeOf(call, part.key);
  if (!templates) return { problem: `${place}: it is a template and no template engine is set up` };
  const { variables, leftOut } = templateVariables(call.context);
  const responses = await responsesFor(part.text, services);
  try {
    return templates.render(part.text, { ...variables, [responsesVariable]: responses });
  } catch (thrown) {
    if (!(thrown instanceof TemplateError)) throw thrown;
    const hint = leftOut.length > 0 ? ` (too large for templates: ${leftOut.join(', ')})` : '';
    return { problem: `${place}: ${thrown.message}${hint}` };
  }
}

/** Done by a transform for prompts of graphs read from files; layers, and graphs built in code, come as they are. */
function withGoal(call: StepCall, text: string): string {
  const goal = textOf(call.graph, 'goal') ?? '';
  return text.replaceAll('$goal', () => goal);
}

/** `file:line:column: prompt of node plan`; in a run without the place, which its graph has no more. */
function placeOf({ node }: StepCall, key: string): string {
  const { span } = node.attributes.get(key) ?? node;
  const place = isPlace(span) ? `${placeText(span)}: ` : '';
  const profile = key.startsWith('agent.') ? textOf(node, 'agent.profile') : undefined;
  return `${place}${key} of node ${node.id}${profile === undefined ? '' : ` (profile ${profile})`}`;
}

import { textOf } from '../../language/graph/attributes.ts';
import { TemplateError, type TemplateEngine } from '../ports/template-engine.ts';
import type { StepCall, StepServices } from '../ports/step.ts';
import type { Problem } from './step-problem.ts';
import { responsesFor, responsesVariable } from './step-responses.ts';
import { templateVariables } from './step-template-variables.ts';

/**
 * The prompt of a node (4.5): `prompt`, else `label`, else its id, with `$goal` replaced; where the graph says
 * `templates=jinja2`, then rendered with the context and the full answers it asks for, strictly.
 */
export async function nodePrompt(
  call: StepCall,
  templates: TemplateEngine | undefined,
  services: Pick<StepServices, 'readArtifact'>,
): Promise<{ readonly text: string } | Problem> {
  const expanded = expandGoal(call, textOf(call.node, 'prompt') ?? textOf(call.node, 'label') ?? call.node.id);
  if (textOf(call.graph, 'templates') !== 'jinja2') return { text: expanded };
  if (!templates) return { problem: `${placeOf(call)}: the graph asks for jinja2 and no template engine is set up` };
  const { variables, leftOut } = templateVariables(call.context);
  const responses = await responsesFor(expanded, services);
  try {
    return { text: templates.render(expanded, { ...variables, [responsesVariable]: responses }) };
  } catch (thrown) {
    if (!(thrown instanceof TemplateError)) throw thrown;
    const hint = leftOut.length > 0 ? ` (too large for templates: ${leftOut.join(', ')})` : '';
    return { problem: `${placeOf(call)}: ${thrown.message}${hint}` };
  }
}

/** Done by a transform for graphs read from files; graphs built in code come as they are. */
function expandGoal(call: StepCall, prompt: string): string {
  const goal = textOf(call.graph, 'goal') ?? '';
  return prompt.replaceAll('$goal', () => goal);
}

/** `file:line:column: prompt of node plan`. */
function placeOf(call: StepCall): string {
  const span = (call.node.attributes.get('prompt') ?? call.node).span;
  return `${span.file}:${span.start.line}:${span.start.column}: prompt of node ${call.node.id}`;
}

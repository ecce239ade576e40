import { variablesOf } from '../../language/templates/variables-of.ts';
import type { StepServices } from '../ports/step.ts';

/** The template variable under which full answers are found: `responses.security` for node `security`. */
export const responsesVariable = 'responses';

/**
 * The full answers a template asks for by `responses.<node>`, branch nodes included; `last_response` of the
 * context is cut (4.5). A node that has not answered is left out, so that strict rendering names it.
 */
export async function responsesFor(
  template: string,
  services: Pick<StepServices, 'readArtifact'>,
): Promise<Readonly<Record<string, string>>> {
  const prefix = `${responsesVariable}.`;
  const nodeIds = new Set(
    variablesOf(template).flatMap((path) => (path.startsWith(prefix) ? [path.split('.')[1] ?? ''] : [])),
  );
  const responses: [string, string][] = [];
  for (const nodeId of nodeIds) {
    const text = await services.readArtifact(`${nodeId}.response`);
    if (typeof text === 'string') responses.push([nodeId, text]);
  }
  return Object.fromEntries(responses);
}

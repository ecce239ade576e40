import type { CommandLine, TurnRequest } from '../cli-agent.ts';
import { permissionRules } from './permission-rules.ts';

/**
 * One turn of opencode or of a fork of it; the prompt goes to standard input.
 * @param prefix what the names of its environment variables begin with
 */
export function opencodeCommandLine(
  { prompt, session, request, options }: TurnRequest,
  prefix: 'OPENCODE' | 'KILO',
): CommandLine {
  const { model, reasoningEffort, services } = request;
  const rules = permissionRules(options);
  return {
    stdin: prompt,
    args: [
      'run',
      '--format',
      'json',
      '--thinking',
      // A session without a title has a model think of one: a request that no line tells of.
      ...(session.kind === 'known' ? ['--session', session.id] : ['--title', `${services.runId}/${services.key}`]),
      ...(model === undefined ? [] : ['--model', model]),
      ...(reasoningEffort === undefined ? [] : ['--variant', reasoningEffort]),
      ...(rules === undefined ? ['--auto'] : []),
    ],
    env: {
      // Not in the middle of a run, and not by several at once.
      [`${prefix}_DISABLE_AUTOUPDATE`]: '1',
      ...(rules && { [`${prefix}_PERMISSION`]: JSON.stringify(rules) }),
    },
  };
}

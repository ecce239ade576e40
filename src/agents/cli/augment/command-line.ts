import type { CommandLine, TurnRequest } from '../cli-agent.ts';
import { permissionArguments } from './permission-arguments.ts';

/** One turn; the prompt goes to standard input. In print mode nobody is asked. */
export function auggieCommandLine({ prompt, session, request, options }: TurnRequest): CommandLine {
  const { model, reasoningEffort } = request;
  return {
    stdin: prompt,
    args: [
      '--print',
      '--quiet',
      '--output-format',
      'json',
      ...(session.kind === 'known' ? ['--resume', session.id] : []),
      ...(model === undefined ? [] : ['--model', model]),
      ...(reasoningEffort === undefined ? [] : ['--reasoning-effort', reasoningEffort]),
      ...permissionArguments(options),
    ],
    env: { AUGMENT_DISABLE_AUTO_UPDATE: '1' },
  };
}

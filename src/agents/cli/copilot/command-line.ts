import type { Permissions } from '../../../engine/ports/agent.ts';
import type { CommandLine, TurnRequest } from '../cli-agent.ts';

/** One turn; the prompt goes to standard input, which makes it run without a screen. */
export function copilotCommandLine({ prompt, session, request, options }: TurnRequest): CommandLine {
  const { model, reasoningEffort } = request;
  return {
    stdin: prompt,
    args: [
      '--output-format',
      'json',
      '--no-ask-user',
      '--no-auto-update',
      '--no-color',
      // A session that is to be continued must be there; `--session-id` would begin it anew.
      ...(session.kind === 'known' ? ['--resume', session.id] : ['--session-id', session.id ?? '']),
      ...(model === undefined ? [] : ['--model', model]),
      ...(reasoningEffort === undefined ? [] : ['--reasoning-effort', reasoningEffort]),
      ...permissionArguments[options.permissions ?? 'workspace-write'],
      ...(options.allowedTools ?? []).map((rule) => `--allow-tool=${rule}`),
    ],
  };
}

/** Nobody is there to be asked: what is not allowed is denied. A denial beats what is allowed; files elsewhere are neither. */
const permissionArguments: Readonly<Record<Permissions, readonly string[]>> = {
  'read-only': ['--disallow-temp-dir', '--deny-tool=write', '--deny-tool=shell'],
  'workspace-write': ['--disallow-temp-dir', '--allow-tool=write'],
  full: ['--allow-all'],
};

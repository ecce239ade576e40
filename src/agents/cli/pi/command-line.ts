import type { Permissions } from '../../../engine/ports/agent.ts';
import type { CommandLine, TurnRequest } from '../cli-agent.ts';

/**
 * One turn; the prompt goes to standard input. pi asks for no permission: what it may do is which tools it has, and
 * a shell may do everything, so only `full` has one.
 */
export function piCommandLine({ prompt, session, request, options }: TurnRequest): CommandLine {
  const { model, reasoningEffort } = request;
  return {
    stdin: prompt,
    args: [
      '--print',
      '--mode',
      'json',
      // A session that is to be continued must be there; `--session-id` would begin it anew.
      ...(session.kind === 'known' ? ['--session', session.id] : ['--session-id', session.id ?? '']),
      ...(model === undefined ? [] : ['--model', model]),
      ...(reasoningEffort === undefined ? [] : ['--thinking', reasoningEffort]),
      ...toolArguments[options.permissions ?? 'workspace-write'],
    ],
    env: { PI_SKIP_VERSION_CHECK: '1', PI_TELEMETRY: '0' },
  };
}

const toolArguments: Readonly<Record<Permissions, readonly string[]>> = {
  'read-only': ['--tools', 'read,grep,find,ls'],
  'workspace-write': ['--tools', 'read,grep,find,ls,edit,write'],
  full: [],
};

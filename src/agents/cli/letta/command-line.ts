import type { Permissions } from '../../../engine/ports/agent.ts';
import type { CommandLine, TurnRequest } from '../cli-agent.ts';

/**
 * One turn; the prompt goes to standard input. Each session is the default conversation of an agent (of Letta's kind) made
 * for it: no other work stands in its memory, and its id is unlike any other, while those of conversations are counted.
 */
export function lettaCommandLine({ prompt, session, request, options }: TurnRequest): CommandLine {
  const { model } = request;
  return {
    stdin: prompt,
    args: [
      '-p',
      '--backend',
      'local',
      '--output-format',
      'stream-json',
      '--memfs-startup',
      'skip',
      ...(session.kind === 'known' ? ['--agent', session.id] : ['--new-agent']),
      '--conversation',
      'default',
      ...(model === undefined ? [] : ['--model', model]),
      ...permissionArguments[options.permissions ?? 'workspace-write'],
      ...(options.allowedTools?.length ? ['--allowedTools', options.allowedTools.join(',')] : []),
    ],
    env: { DISABLE_AUTOUPDATER: '1', LETTA_CODE_TELEM: '0' },
  };
}

/** Without a mode, everything is allowed. */
const permissionArguments: Readonly<Record<Permissions, readonly string[]>> = {
  'read-only': ['--permission-mode', 'plan'],
  'workspace-write': ['--permission-mode', 'acceptEdits'],
  full: ['--permission-mode', 'unrestricted'],
};

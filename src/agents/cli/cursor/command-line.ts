import type { Permissions } from '../../../engine/ports/agent.ts';
import type { CommandLine, TurnRequest } from '../cli-agent.ts';

/**
 * One turn; the prompt goes to standard input, which is read where no words follow the flags. `--trust` lets it begin in
 * a folder it has not seen, which it refuses where nobody can be asked; it permits no tool.
 */
export function cursorCommandLine({ prompt, session, request: { model }, options }: TurnRequest): CommandLine {
  return {
    stdin: prompt,
    args: [
      '--print',
      '--output-format',
      'stream-json',
      '--trust',
      ...(session.kind === 'known' ? ['--resume', session.id] : []),
      ...(model === undefined ? [] : ['--model', model]),
      ...permissionArguments[options.permissions ?? 'workspace-write'],
    ],
  };
}

const permissionArguments: Readonly<Record<Permissions, readonly string[]>> = {
  'read-only': ['--mode', 'ask'],
  'workspace-write': [],
  full: ['--force'],
};

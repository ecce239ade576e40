import type { Permissions } from '../../../engine/ports/agent.ts';
import type { AcpProgram } from '../../acp/acp-program.ts';

/** A question that is answered with no ends its turn, so it does not get the tools that are never allowed. */
export const qwenAcp: AcpProgram = {
  arguments: ({ permissions, allowedTools }) => [
    '--acp',
    ...allowedTools.flatMap((rule) => ['--allowed-tools', rule]),
    ...excluded[permissions]
      .filter((tool) => !allowedTools.some((rule) => rule.startsWith(tool)))
      .flatMap((tool) => ['--exclude-tools', tool]),
  ],
  // Its own default asks a model what is safe.
  modes: { 'read-only': 'default', 'workspace-write': 'auto-edit', full: 'yolo' },
};

const excluded: Readonly<Record<Permissions, readonly string[]>> = {
  'read-only': ['run_shell_command', 'write_file', 'edit'],
  'workspace-write': ['run_shell_command'],
  full: [],
};

import type { AcpProgram } from '../../acp/acp-program.ts';

export const qwenAcp: AcpProgram = {
  arguments: ({ allowedTools }) => ['--acp', ...allowedTools.flatMap((rule) => ['--allowed-tools', rule])],
  // Its own default asks a model what is safe.
  modes: { 'read-only': 'default', 'workspace-write': 'auto-edit', full: 'yolo' },
};

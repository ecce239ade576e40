import type { AcpProgram } from '../../acp/acp-program.ts';

export const geminiAcp: AcpProgram = {
  arguments: ({ model, allowedTools }) => [
    '--acp',
    // In a folder nobody has trusted by hand, as those of runs are, it would refuse every other permission.
    '--skip-trust',
    ...(model === undefined ? [] : ['--model', model]),
    ...allowedTools.flatMap((rule) => ['--allowed-tools', rule]),
  ],
  takesModelArgument: true,
  modes: { 'read-only': 'default', 'workspace-write': 'autoEdit', full: 'yolo' },
  // Of a file that is not there it takes our word for a failure: it could make no new one.
  files: 'write',
};

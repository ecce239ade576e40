import { buildCommand } from '@stricli/core';
import type { InitFlags } from '../actions/init.ts';
import type { CliContext } from '../context.ts';
import { oneDocument } from '../parameters.ts';

export const initCommand = buildCommand<InitFlags, [string?], CliContext>({
  docs: { brief: 'Set a folder up: orchestra.yaml and a first pipeline, never overwriting' },
  parameters: {
    flags: { json: oneDocument },
    positional: {
      kind: 'tuple',
      parameters: [{ brief: 'Folder (default: the current one)', parse: String, placeholder: 'DIR', optional: true }],
    },
  },
  loader: async () => (await import('../actions/init.ts')).initialize,
});

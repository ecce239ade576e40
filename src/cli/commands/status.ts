import { buildCommand } from '@stricli/core';
import type { StatusFlags } from '../actions/status.ts';
import type { CliContext } from '../context.ts';
import { oneDocument } from '../parameters.ts';

export const statusCommand = buildCommand<StatusFlags, [string?], CliContext>({
  docs: { brief: 'List runs with their state, and what waiting ones wait for' },
  parameters: {
    flags: {
      json: oneDocument,
      limit: { kind: 'parsed', parse: Number, brief: 'How many runs, newest first', default: '20', placeholder: 'N' },
    },
    positional: {
      kind: 'tuple',
      parameters: [{ brief: 'Only this run', parse: String, placeholder: 'RUN', optional: true }],
    },
  },
  loader: async () => (await import('../actions/status.ts')).showStatus,
});

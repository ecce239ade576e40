import { buildCommand } from '@stricli/core';
import type { StatusFlags } from '../actions/status.ts';
import type { CliContext } from '../context.ts';
import { aLimit, oneDocument } from '../parameters.ts';

export const statusCommand = buildCommand<StatusFlags, [string?], CliContext>({
  docs: { brief: 'List runs with their state, and what waiting ones wait for' },
  parameters: {
    flags: {
      json: oneDocument,
      limit: aLimit,
    },
    positional: {
      kind: 'tuple',
      parameters: [{ brief: 'Only this run', parse: String, placeholder: 'RUN', optional: true }],
    },
  },
  loader: async () => (await import('../actions/status.ts')).showStatus,
});

import { buildCommand } from '@stricli/core';
import type { StatusFlags } from '../actions/status.ts';
import type { CliContext } from '../context.ts';
import { aLimit, aRun, oneDocument } from '../parameters.ts';

export const statusCommand = buildCommand<StatusFlags, [string?], CliContext>({
  docs: { brief: 'List runs with their state, and what waiting ones wait for' },
  parameters: {
    flags: {
      json: oneDocument,
      limit: aLimit,
    },
    positional: {
      kind: 'tuple',
      parameters: [{ ...aRun, brief: 'Only this run', optional: true }],
    },
  },
  loader: async () => (await import('../actions/status.ts')).showStatus,
});

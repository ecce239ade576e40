import { buildCommand } from '@stricli/core';
import type { StatusFlags } from '../actions/status.ts';
import type { CliContext } from '../context.ts';
import { aLimit, aRun, displayFlags, oneDocument, toggle } from '../parameters.ts';

export const statusCommand = buildCommand<StatusFlags, [string?], CliContext>({
  docs: { brief: 'List runs with their state, and what waiting ones wait for' },
  parameters: {
    flags: {
      json: oneDocument,
      watch: toggle('Show a run live while it goes on, wherever it is walked (default: the newest)'),
      color: displayFlags.color,
      limit: aLimit,
    },
    positional: {
      kind: 'tuple',
      parameters: [{ ...aRun, brief: 'Only this run', optional: true }],
    },
  },
  loader: async () => (await import('../actions/status.ts')).showStatus,
});

import { buildCommand } from '@stricli/core';
import type { StatusFlags } from '../actions/status.ts';
import type { CliContext } from '../context.ts';

export const statusCommand = buildCommand<StatusFlags, [string?], CliContext>({
  docs: { brief: 'List runs with their state, and what waiting ones wait for' },
  parameters: {
    flags: {
      json: { kind: 'boolean', brief: 'Print one JSON document', default: false },
      limit: { kind: 'parsed', parse: Number, brief: 'How many runs, newest first', default: '20' },
    },
    positional: {
      kind: 'tuple',
      parameters: [{ brief: 'Only this run', parse: String, placeholder: 'RUN', optional: true }],
    },
  },
  loader: async () => (await import('../actions/status.ts')).showStatus,
});

import { buildCommand } from '@stricli/core';
import type { CancelFlags } from '../actions/cancel.ts';
import type { CliContext } from '../context.ts';

export const cancelCommand = buildCommand<CancelFlags, [string], CliContext>({
  docs: { brief: 'End a run for good, wherever it is walked' },
  parameters: {
    flags: {
      json: { kind: 'boolean', brief: 'Print one JSON document', default: false },
      reason: { kind: 'parsed', parse: String, brief: 'Recorded with the run', default: 'cancelled by the user' },
    },
    positional: {
      kind: 'tuple',
      parameters: [{ brief: 'Run id, a beginning of it, or `last`', parse: String, placeholder: 'RUN' }],
    },
  },
  loader: async () => (await import('../actions/cancel.ts')).cancelRun,
});

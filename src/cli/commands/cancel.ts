import { buildCommand } from '@stricli/core';
import type { CancelFlags } from '../actions/cancel.ts';
import type { CliContext } from '../context.ts';
import { oneDocument, runOf, text } from '../parameters.ts';

export const cancelCommand = buildCommand<CancelFlags, [string], CliContext>({
  docs: { brief: 'End a run for good, wherever it is walked' },
  parameters: {
    flags: {
      json: oneDocument,
      reason: text('Recorded with the run', 'TEXT'),
    },
    positional: {
      kind: 'tuple',
      parameters: [runOf('unfinished')],
    },
  },
  loader: async () => (await import('../actions/cancel.ts')).cancelRun,
});

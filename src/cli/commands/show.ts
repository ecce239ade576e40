import { buildCommand } from '@stricli/core';
import type { ShowFlags } from '../actions/show.ts';
import type { CliContext } from '../context.ts';

export const showCommand = buildCommand<ShowFlags, [string], CliContext>({
  docs: { brief: 'Show one run: nodes, attempts, tokens, cost, context, questions' },
  parameters: {
    flags: { json: { kind: 'boolean', brief: 'Print one JSON document', default: false } },
    positional: {
      kind: 'tuple',
      parameters: [{ brief: 'Run id, a beginning of it, or `last`', parse: String, placeholder: 'RUN' }],
    },
  },
  loader: async () => (await import('../actions/show.ts')).showRun,
});

import { buildCommand } from '@stricli/core';
import type { DiffFlags } from '../actions/diff.ts';
import type { CliContext } from '../context.ts';
import { aRun, oneDocument } from '../parameters.ts';

export const diffCommand = buildCommand<DiffFlags, [string, string], CliContext>({
  docs: {
    brief: 'Compare two runs: the way they took, outcomes, context, cost, code',
    fullDescription: 'Exit code 0 where they went the same way and came to the same, else 1.',
    customUsage: ['RUN_A RUN_B'],
  },
  parameters: {
    flags: { json: oneDocument },
    positional: {
      kind: 'tuple',
      parameters: [
        { ...aRun, placeholder: 'RUN_A' },
        { ...aRun, placeholder: 'RUN_B' },
      ],
    },
  },
  loader: async () => (await import('../actions/diff.ts')).diffRuns,
});

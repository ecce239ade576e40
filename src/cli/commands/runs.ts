import { buildCommand } from '@stricli/core';
import type { RunsFlags } from '../actions/runs.ts';
import type { CliContext } from '../context.ts';
import { aLimit, oneDocument, since, text, toggle } from '../parameters.ts';

export const runsCommand = buildCommand<RunsFlags, [], CliContext>({
  docs: {
    brief: 'List and filter runs: state, age, nodes done, cost',
    fullDescription:
      'Newest first; child runs are left out unless --tree is given. A run whose process died is shown as interrupted.',
  },
  parameters: {
    flags: {
      json: oneDocument,
      tree: toggle('Show forks below the run they go on from, and child runs below their parent'),
      state: {
        kind: 'enum',
        values: ['created', 'running', 'waiting', 'paused', 'completed', 'failed', 'cancelled', 'interrupted'],
        brief: 'Only runs in this state',
        optional: true,
      },
      pipeline: text('Only runs of the pipeline of this name', 'NAME', 'pipelineNames'),
      since: since('Only runs started since then'),
      limit: aLimit,
    },
    positional: { kind: 'tuple', parameters: [] },
  },
  loader: async () => (await import('../actions/runs.ts')).listTheRuns,
});

import { buildCommand } from '@stricli/core';
import type { CleanupFlags } from '../actions/cleanup.ts';
import type { CliContext } from '../context.ts';
import { aRun, oneDocument, text, toggle } from '../parameters.ts';

export const cleanupCommand = buildCommand<CleanupFlags, string[], CliContext>({
  docs: {
    brief: 'Remove worktrees and branches that runs are done with',
    fullDescription:
      'Removes the worktrees, branches and refs below refs/orchestra of runs that ended more than 7 days ago, or as long ago ' +
      'as --older-than says, or of the named runs. Only what the journal names ever goes; runs that have not ended keep ' +
      'everything. What somebody may want to look at stays and says why: conflicts, changes that are not committed, branches ' +
      'with commits that are found nowhere else. The runs themselves stay: `orchestra prune` removes them. ' +
      'At a terminal it asks first; elsewhere it wants to be told which runs, or --yes.',
    customUsage: ['[RUN...]'],
  },
  parameters: {
    flags: {
      json: oneDocument,
      olderThan: text('Only of runs that ended longer ago than this (`12h`, `30d`)', 'DURATION'),
      dryRun: toggle('Say what would go, and remove nothing'),
      force: toggle('Also conflicts, uncommitted changes and commits that are found nowhere else'),
      yes: toggle('Do not ask'),
    },
    aliases: { y: 'yes' },
    positional: { kind: 'array', parameter: aRun },
  },
  loader: async () => (await import('../actions/cleanup.ts')).cleanUpRuns,
});

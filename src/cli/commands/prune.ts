import { buildCommand } from '@stricli/core';
import type { PruneFlags } from '../actions/prune.ts';
import type { CliContext } from '../context.ts';
import { aRun, oneDocument, text, toggle } from '../parameters.ts';

export const pruneCommand = buildCommand<PruneFlags, string[], CliContext>({
  docs: {
    brief: 'Remove old runs with everything that belongs to them',
    fullDescription:
      'Removes runs that ended more than 30 days ago, or those that --older-than and --keep leave to it, or the named ones. ' +
      'Runs that have not ended go only when named, those somebody walks never. ' +
      'At a terminal it asks first; elsewhere it wants to be told which runs, or --yes.',
    customUsage: ['[RUN...]'],
  },
  parameters: {
    flags: {
      json: oneDocument,
      olderThan: text('Only runs that ended longer ago than this (`12h`, `30d`)', 'DURATION'),
      keep: {
        kind: 'parsed',
        parse: Number,
        brief: 'Never the newest N that ended; alone, all others',
        optional: true,
        placeholder: 'N',
      },
      dryRun: toggle('Say what would go, and remove nothing'),
      yes: toggle('Do not ask'),
    },
    aliases: { y: 'yes' },
    positional: { kind: 'array', parameter: aRun },
  },
  loader: async () => (await import('../actions/prune.ts')).pruneRuns,
});

import { buildCommand } from '@stricli/core';
import type { LogsFlags } from '../actions/logs.ts';
import type { CliContext } from '../context.ts';
import { aRun, since, text, toggle } from '../parameters.ts';

export const logsCommand = buildCommand<LogsFlags, [string?], CliContext>({
  docs: {
    brief: 'Tell the events of a run, and follow it until it ends',
    fullDescription:
      'Of the newest run unless one is named, with those of its child runs. Following a run does not disturb it: Ctrl-C leaves it as it is.',
  },
  parameters: {
    flags: {
      json: toggle('Print the events as JSON lines'),
      follow: toggle('Go on until the run ends'),
      node: text('Only events of this node: `scan`, its second visit `scan#2`, a branch `fan#1/scan`', 'NODE', 'nodes'),
      since: since('Only events since then'),
    },
    aliases: { f: 'follow' },
    positional: {
      kind: 'tuple',
      parameters: [{ ...aRun, brief: 'Run id, or a beginning of it (default: the newest)', optional: true }],
    },
  },
  loader: async () => (await import('../actions/logs.ts')).showLog,
});

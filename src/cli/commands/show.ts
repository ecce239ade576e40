import { buildCommand } from '@stricli/core';
import type { ShowFlags } from '../actions/show.ts';
import type { CliContext } from '../context.ts';
import { aRun, oneDocument, propose, text } from '../parameters.ts';

export const showCommand = buildCommand<ShowFlags, [string, string?], CliContext>({
  docs: {
    brief: 'Show one run: nodes, attempts, tokens, cost, context, questions',
    fullDescription:
      'Nodes, attempts, tokens, cost, context, questions. With --at, as they were at that turn, also one that the run went back behind.',
  },
  parameters: {
    flags: { json: oneDocument, at: text('Show it as it was at this turn: its number, or `last`', 'T') },
    positional: {
      kind: 'tuple',
      parameters: [
        aRun,
        {
          brief: 'Only this node, with what it was asked and answered',
          parse: String,
          placeholder: 'NODE',
          proposeCompletions: propose('nodes'),
          optional: true,
        },
      ],
    },
  },
  loader: async () => (await import('../actions/show.ts')).showRun,
});

import { buildCommand } from '@stricli/core';
import type { ReplayFlags } from '../actions/replay.ts';
import type { CliContext } from '../context.ts';
import { lenient, oneDocument, runOf, text, toggle } from '../parameters.ts';

export const replayCommand = buildCommand<ReplayFlags, [string?], CliContext>({
  docs: {
    brief: 'Walk a run again from its record',
    fullDescription:
      'Answers every step, question and timer with what the run recorded, as a new run: no agent, no tool and no connection is started. Ends at the first difference between what is asked now and what was recorded, with exit code 1.',
    customUsage: ['RUN --offline', '--from FILE --offline'],
  },
  parameters: {
    flags: {
      offline: toggle('Answer from the record alone'),
      pipeline: text('Walk this edited pipeline by the record', 'FILE', 'pipelineFiles'),
      from: text('Replay a recording (`orchestra record`) in the place of a run of this project', 'FILE'),
      lenient: { ...lenient, brief: 'Read the habits of Graphviz in the edited pipeline' },
      json: oneDocument,
    },
    positional: {
      kind: 'tuple',
      parameters: [{ ...runOf('any'), optional: true }],
    },
  },
  loader: async () => (await import('../actions/replay.ts')).replayRun,
});

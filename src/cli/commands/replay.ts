import { buildCommand } from '@stricli/core';
import type { ReplayFlags } from '../actions/replay.ts';
import type { CliContext } from '../context.ts';
import { displayFlags, lenient, runOf, text, toggle } from '../parameters.ts';

export const replayCommand = buildCommand<ReplayFlags, string[], CliContext>({
  docs: {
    brief: 'Go on from a turn of a run, as a new run; or walk it again from its record',
    fullDescription:
      'With --at: goes on live from that turn, as a new run with the same pipeline and inputs unless they are changed; the run itself stays what it is. What was finished by then is not done again, and the agents know what had been said.\n\nWith --offline and without --at: answers every step, question and timer with what the run recorded, as a new run: no agent, no tool and no connection is started. Ends at the first difference between what is asked now and what was recorded, with exit code 1.',
    customUsage: ['RUN --at T [--edit FILE] [key=value...]', 'RUN --offline', '--from FILE --offline'],
  },
  parameters: {
    flags: {
      at: text('Go on from this turn: its number, or `last`', 'T'),
      turn: text('The same as --at', 'T'),
      checkpoint: text('The same as --at', 'T'),
      edit: text(
        'Go on with this edited pipeline, if the record up to the turn leads through it',
        'FILE',
        'pipelineFiles',
      ),
      offline: toggle('Answer from the record alone; with --at, use only what needs no network'),
      pipeline: text('Walk this edited pipeline by the record', 'FILE', 'pipelineFiles'),
      from: text('Replay a recording (`orchestra record`) in the place of a run of this project', 'FILE'),
      lenient: { ...lenient, brief: 'Read the habits of Graphviz in the edited pipeline' },
      json: toggle('Print one JSON document; with --at, events as JSON lines, the last one the result'),
      ...displayFlags,
    },
    positional: {
      kind: 'array',
      parameter: { ...runOf('any'), brief: 'Run id, a beginning of it, or `last`; then changed inputs as key=value' },
    },
  },
  loader: async () => (await import('../actions/replay.ts')).replayRun,
});

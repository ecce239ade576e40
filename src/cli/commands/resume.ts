import { buildCommand } from '@stricli/core';
import type { ResumeFlags } from '../actions/resume.ts';
import type { CliContext } from '../context.ts';
import { displayFlags, eventLines, lenient, offline, runOf, text, toggle } from '../parameters.ts';

export const resumeCommand = buildCommand<ResumeFlags, [string?], CliContext>({
  docs: {
    brief: 'Walk a run on from its last commit, or from an earlier turn',
    fullDescription:
      'Finished work is not repeated. With --due, every run whose timer has passed while nobody owned it. With --turn, the run goes back to that turn before, also when it has ended: what came after it is no part of it any more, and stays to be looked at and gone on from (`orchestra replay RUN --at T`).',
  },
  parameters: {
    flags: {
      json: eventLines,
      ...displayFlags,
      turn: text('Go back to this turn first: its number, or `last`', 'T'),
      due: toggle('Resume all runs with a timer that is due'),
      offline,
      budget: text('Replace limits of the run: money, tokens, time, calls, visits', 'KIND=AMOUNT'),
      pipeline: text('Go on with this edited pipeline, if the recorded walk leads through it', 'FILE', 'pipelineFiles'),
      lenient: { ...lenient, brief: 'Read the habits of Graphviz in that pipeline' },
    },
    positional: {
      kind: 'tuple',
      parameters: [{ ...runOf('any'), optional: true }],
    },
  },
  loader: async () => (await import('../actions/resume.ts')).resumeRuns,
});

import { buildCommand } from '@stricli/core';
import type { ResumeFlags } from '../actions/resume.ts';
import type { CliContext } from '../context.ts';

export const resumeCommand = buildCommand<ResumeFlags, [string?], CliContext>({
  docs: {
    brief: 'Walk a run on from its last commit',
    fullDescription: 'Finished work is not repeated. With --due, every run whose timer has passed while nobody owned it.',
  },
  parameters: {
    flags: {
      json: { kind: 'boolean', brief: 'Print events as JSON lines, the last one the result', default: false },
      pipeline: {
        kind: 'parsed',
        parse: String,
        brief: 'Go on with this edited pipeline, if the recorded walk leads through it',
        optional: true,
        placeholder: 'FILE',
      },
      due: { kind: 'boolean', brief: 'Resume all runs with a timer that is due', default: false },
    },
    positional: {
      kind: 'tuple',
      parameters: [{ brief: 'Run id, a beginning of it, or `last`', parse: String, placeholder: 'RUN', optional: true }],
    },
  },
  loader: async () => (await import('../actions/resume.ts')).resumeRuns,
});

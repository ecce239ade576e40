import { buildCommand } from '@stricli/core';
import type { AnswerFlags } from '../actions/answer.ts';
import type { CliContext } from '../context.ts';
import { aRun, oneDocument, text } from '../parameters.ts';

export const answerCommand = buildCommand<AnswerFlags, [string, string], CliContext>({
  docs: {
    brief: 'Answer a question of a run, from any terminal',
    fullDescription: 'The first valid answer wins. A run nobody walks keeps the answer until it is resumed.',
  },
  parameters: {
    flags: {
      json: oneDocument,
      question: text('Which question, where several are open', 'ID'),
    },
    positional: {
      kind: 'tuple',
      parameters: [aRun, { brief: 'Key or label of an option, or a free text', parse: String, placeholder: 'ANSWER' }],
    },
  },
  loader: async () => (await import('../actions/answer.ts')).answerQuestion,
});

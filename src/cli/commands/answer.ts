import { buildCommand } from '@stricli/core';
import type { AnswerFlags } from '../actions/answer.ts';
import type { CliContext } from '../context.ts';
import { oneDocument, propose, runOf, text } from '../parameters.ts';

export const answerCommand = buildCommand<AnswerFlags, [string, string], CliContext>({
  docs: {
    brief: 'Answer a question of a run, from any terminal',
    fullDescription: 'The first valid answer wins. A run nobody walks keeps the answer until it is resumed.',
  },
  parameters: {
    flags: {
      json: oneDocument,
      question: text('Which question, where several are open', 'ID', 'questions'),
    },
    positional: {
      kind: 'tuple',
      parameters: [
        runOf('waiting'),
        {
          brief: 'Key or label of an option, or a free text',
          parse: String,
          placeholder: 'ANSWER',
          proposeCompletions: propose('answers'),
        },
      ],
    },
  },
  loader: async () => (await import('../actions/answer.ts')).answerQuestion,
});

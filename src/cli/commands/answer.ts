import { buildCommand } from '@stricli/core';
import type { AnswerFlags } from '../actions/answer.ts';
import type { CliContext } from '../context.ts';

export const answerCommand = buildCommand<AnswerFlags, [string, string], CliContext>({
  docs: {
    brief: 'Answer a question of a run, from any terminal',
    fullDescription: 'The first valid answer wins. A run nobody walks keeps the answer until it is resumed.',
  },
  parameters: {
    flags: {
      json: { kind: 'boolean', brief: 'Print one JSON document', default: false },
      question: { kind: 'parsed', parse: String, brief: 'Which question, where several are open', optional: true, placeholder: 'ID' },
    },
    positional: {
      kind: 'tuple',
      parameters: [
        { brief: 'Run id, a beginning of it, or `last`', parse: String, placeholder: 'RUN' },
        { brief: 'Key or label of an option, or a free text', parse: String, placeholder: 'ANSWER' },
      ],
    },
  },
  loader: async () => (await import('../actions/answer.ts')).answerQuestion,
});

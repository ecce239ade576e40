import type { Answer, Question } from '../contract/question.ts';
import type { Interviewer } from '../engine/ports/interviewer.ts';
import { untilAborted } from '../shared/abort.ts';
import { askInTurn } from './ask-in-turn.ts';

export interface CallbackInterviewerOptions {
  /** Told the signal too: aborted when the answer is no longer awaited. */
  readonly answer: (question: Question, signal: AbortSignal) => Answer | Promise<Answer>;
  readonly inform?: (message: string, stage: string) => void | Promise<void>;
}

/** Hands questions to code of the embedding program (6.4). A choice that is no option of the question is `invalid`. */
export function createCallbackInterviewer({ answer, inform }: CallbackInterviewerOptions): Interviewer {
  const ask: Interviewer['ask'] = async (question, signal) =>
    checked(question, await untilAborted(signal, async () => answer(question, signal)));
  return {
    ask,
    askMultiple: (questions, signal) => askInTurn(ask, questions, signal),
    inform: async (message, stage) => inform?.(message, stage),
  };
}

function checked(question: Question, answer: Answer): Answer {
  if (answer.kind !== 'choice' || allowedKeys(question).includes(answer.key)) return answer;
  return { kind: 'invalid', text: answer.key };
}

function allowedKeys({ type, options }: Question): readonly string[] {
  return type === 'YES_NO' || type === 'CONFIRMATION' ? ['YES', 'NO'] : options.map(({ key }) => key);
}

import { answerFrom, type Answer, type Question } from '../contract/question.ts';
import type { Interviewer } from '../engine/ports/interviewer.ts';
import { untilAborted } from '../shared/abort.ts';
import { askInTurn } from './ask-in-turn.ts';

/** Where one person is asked one question at a time, and answers by typing lines. */
export interface Desk {
  show(question: Question): void;
  /** The next line typed; rejects with `InterviewerDetached` when nobody types any more, and when `signal` aborts. */
  line(question: Question, signal: AbortSignal): Promise<string>;
  /** What was typed answers nothing: says what would. */
  refuse(question: Question, hint: string): void;
  /** The question is answered here, no longer awaited, or nobody is there to answer. */
  close(question: Question, end: QuestionEnd): void;
  inform(message: string, stage: string): void;
}

export type QuestionEnd = 'answered' | 'withdrawn' | 'left';

/**
 * Asks at a desk. Input that answers nothing is asked again. A question's timeout is a timer of the walk,
 * which aborts the signal; the desk only shows it.
 */
export function createDeskInterviewer(desk: Desk): Interviewer {
  let turn: Promise<unknown> = Promise.resolve();

  const askNow = async (question: Question, signal: AbortSignal): Promise<Answer> => {
    signal.throwIfAborted();
    desk.show(question);
    try {
      for (;;) {
        const answer = answerFrom(question, await desk.line(question, signal));
        if (answer) {
          desk.close(question, 'answered');
          return answer;
        }
        desk.refuse(question, hintFor(question));
      }
    } catch (thrown) {
      desk.close(question, signal.aborted ? 'withdrawn' : 'left');
      throw thrown;
    }
  };

  const ask: Interviewer['ask'] = (question, signal) => {
    const asked = turn.then(() => askNow(question, signal));
    turn = asked.catch(() => undefined);
    // A question that waits behind another one is given up at once, too.
    return untilAborted(signal, () => asked);
  };

  return {
    ask,
    askMultiple: (questions, signal) => askInTurn(ask, questions, signal),
    inform: async (message, stage) => desk.inform(message, stage),
  };
}

/** What stands before the line an answer is typed on. */
export function promptFor({ type }: Question): string {
  switch (type) {
    case 'MULTIPLE_CHOICE':
      return 'Select: ';
    case 'YES_NO':
    case 'CONFIRMATION':
      return '[y/n]: ';
    case 'FREEFORM':
      return '> ';
  }
}

function hintFor({ type, options }: Question): string {
  if (type === 'MULTIPLE_CHOICE') return `Please answer with one of: ${options.map(({ key }) => key).join(', ')}`;
  return type === 'FREEFORM' ? 'Please type an answer' : 'Please answer y or n';
}

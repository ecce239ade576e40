import type { Answer, Question } from '../contract/question.ts';
import type { Interviewer } from '../engine/ports/interviewer.ts';
import { askInTurn } from './ask-in-turn.ts';

export interface Recording {
  readonly question: Question;
  readonly answer: Answer;
}

export interface RecordingInterviewer extends Interviewer {
  /** Answered questions in the order of their answers. */
  readonly recordings: readonly Recording[];
}

/** Keeps every question with its answer (6.4). */
export function createRecordingInterviewer(inner: Interviewer): RecordingInterviewer {
  const recordings: Recording[] = [];
  const ask: Interviewer['ask'] = async (question, signal) => {
    const answer = await inner.ask(question, signal);
    recordings.push({ question, answer });
    return answer;
  };
  return {
    recordings,
    ask,
    askMultiple: (questions, signal) => askInTurn(ask, questions, signal),
    inform: (message, stage) => inner.inform(message, stage),
  };
}

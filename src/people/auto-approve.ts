import type { Answer, Question } from '../contract/question.ts';
import type { Interviewer } from '../engine/ports/interviewer.ts';
import { askInTurn } from './ask-in-turn.ts';

/** Says yes and takes the first option (6.4), for runs nobody watches. Only ever chosen explicitly. */
export function createAutoApproveInterviewer(): Interviewer {
  const ask: Interviewer['ask'] = async (question, signal) => {
    signal.throwIfAborted();
    return approval(question);
  };
  return { ask, askMultiple: (questions, signal) => askInTurn(ask, questions, signal), inform: async () => {} };
}

function approval({ type, options }: Question): Answer {
  if (type === 'YES_NO' || type === 'CONFIRMATION') return { kind: 'choice', key: 'YES' };
  const [first] = options;
  if (type === 'MULTIPLE_CHOICE' && first) return { kind: 'choice', key: first.key };
  return { kind: 'text', text: 'auto-approved' };
}

import type { Answer, Question } from '../contract/question.ts';
import type { Interviewer } from '../engine/ports/interviewer.ts';

/** `askMultiple` (6.1) for frontends that show one question at a time: asks in order. */
export async function askInTurn(
  ask: Interviewer['ask'],
  questions: readonly Question[],
  signal: AbortSignal,
): Promise<readonly Answer[]> {
  const answers: Answer[] = [];
  for (const question of questions) answers.push(await ask(question, signal));
  return answers;
}

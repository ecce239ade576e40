import type { Answer, Question } from '../../contract/question.ts';

/** The frontend a question goes to (Attractor 6.1). */
export interface Interviewer {
  /** Resolves with the answer; rejects only when `signal` aborts or the frontend is gone (`InterviewerDetached`). */
  ask(question: Question, signal: AbortSignal): Promise<Answer>;
  askMultiple(questions: readonly Question[], signal: AbortSignal): Promise<readonly Answer[]>;
  inform(message: string, stage: string): Promise<void>;
}

/** Nobody listens any more (closed stdin): the question stays open for other processes. */
export class InterviewerDetached extends Error {
  override readonly name = 'InterviewerDetached';
}

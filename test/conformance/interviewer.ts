import { describe, expect, test } from 'vitest';
import type { Answer, Question } from '../../src/contract/question.ts';
import type { Interviewer } from '../../src/engine/ports/interviewer.ts';

export interface InterviewerSubject {
  readonly interviewer: Interviewer;
  readonly close?: () => void;
}

/**
 * How a frontend is set up so that somebody answers its next questions with `inputs`, in order: `Y` chooses the
 * option of that key, `yes` and `no` answer a yes/no question, and any other text is a free answer.
 */
export type InterviewerSetup = (inputs: readonly string[]) => InterviewerSubject;

export interface InterviewerTraits {
  /** For frontends that decide by themselves: what they answer instead of the inputs. */
  readonly decides?: Partial<Record<Question['type'], Answer>>;
}

export const choice: Question = {
  text: 'Deploy?',
  type: 'MULTIPLE_CHOICE',
  options: [
    { key: 'Y', label: '[Y] Yes, deploy', to: 'deploy' },
    { key: 'N', label: 'No', to: 'rework' },
  ],
  stage: 'gate',
};
export const yesNo: Question = { text: 'Sure?', type: 'YES_NO', options: [], stage: 'gate' };
export const confirmation: Question = { ...yesNo, type: 'CONFIRMATION' };
export const freeform: Question = { ...yesNo, text: 'Why?', type: 'FREEFORM' };

/** What every Interviewer does (6.1 to 6.3). */
export function interviewerConformance(
  name: string,
  setup: InterviewerSetup,
  { decides = {} }: InterviewerTraits = {},
): void {
  const never = new AbortController().signal;

  async function answers(questions: readonly Question[], inputs: readonly string[]): Promise<readonly Answer[]> {
    const { interviewer, close } = setup(inputs);
    try {
      return await interviewer.askMultiple(questions, never);
    } finally {
      close?.();
    }
  }

  describe(`${name} as an interviewer`, () => {
    test('answers each question type in its own way', async () => {
      const [chosen, sure, confirmed, free] = await answers(
        [choice, yesNo, confirmation, freeform],
        ['N', 'no', 'yes', 'Because'],
      );
      expect(chosen).toMatchObject(decides.MULTIPLE_CHOICE ?? { kind: 'choice', key: 'N' });
      expect(sure).toMatchObject(decides.YES_NO ?? { kind: 'choice', key: 'NO' });
      expect(confirmed).toMatchObject(decides.CONFIRMATION ?? { kind: 'choice', key: 'YES' });
      expect(free).toMatchObject(decides.FREEFORM ?? { kind: 'text', text: 'Because' });
    });

    test('answers several questions in their order', async () => {
      const [first, second] = await answers([choice, choice], ['Y', 'N']);
      expect(first).toMatchObject(decides.MULTIPLE_CHOICE ?? { kind: 'choice', key: 'Y' });
      expect(second).toMatchObject(decides.MULTIPLE_CHOICE ?? { kind: 'choice', key: 'N' });
    });

    test('gives every one of several simultaneous questions its own answer', async () => {
      const { interviewer, close } = setup(['Y', 'N']);
      const given = await Promise.all([interviewer.ask(choice, never), interviewer.ask(choice, never)]);
      expect(given.map(({ kind }) => kind)).toEqual(['choice', 'choice']);
      close?.();
    });

    test('does not answer a question that is no longer asked', async () => {
      const { interviewer, close } = setup(['Y']);
      const signal = AbortSignal.abort(new Error('answered elsewhere'));
      await expect(interviewer.ask(choice, signal)).rejects.toThrow('answered elsewhere');
      await expect(interviewer.askMultiple([choice], signal)).rejects.toThrow('answered elsewhere');
      expect((await interviewer.ask(choice, never)).kind).toBe('choice');
      close?.();
    });

    test('takes a message without an answer', async () => {
      const { interviewer, close } = setup([]);
      await expect(interviewer.inform('Building', 'build')).resolves.toBeUndefined();
      close?.();
    });
  });
}

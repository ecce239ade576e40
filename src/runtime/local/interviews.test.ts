import { expect, test } from 'vitest';
import type { Answer, Question } from '../../contract/question.ts';
import { InterviewerDetached, type Interviewer } from '../../engine/ports/interviewer.ts';
import { Interviews } from './interviews.ts';

const question = (stage: string): Question => ({ text: '?', type: 'FREEFORM', options: [], stage });
const alive = (): AbortSignal => new AbortController().signal;

/** An interviewer whose answers a test gives by stage. */
function interviewer() {
  const asked = new Map<string, PromiseWithResolvers<Answer>>();
  const person: Interviewer = {
    ask: ({ stage }) => {
      const turn = Promise.withResolvers<Answer>();
      asked.set(stage, turn);
      return turn.promise;
    },
    askMultiple: () => Promise.reject(new Error('not asked')),
    inform: async () => undefined,
  };
  return { person, asked };
}

const yes: Answer = { kind: 'text', text: 'yes' };
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('without an interviewer a question waits until it is withdrawn', async () => {
  const interviews = new Interviews(undefined, () => undefined);
  const withdrawal = new AbortController();
  const asking = interviews.ask('a', question('a'), withdrawal.signal);
  expect(interviews.isAttended('a')).toBe(false);
  withdrawal.abort();
  await expect(asking).rejects.toThrow('withdrawn');
});

test('the second question is put when the first is answered', async () => {
  const { person, asked } = interviewer();
  const interviews = new Interviews(person, () => undefined);
  const first = interviews.ask('a', question('a'), alive());
  const second = interviews.ask('b', question('b'), alive());
  await settle();
  expect([...asked.keys()]).toEqual(['a']);
  expect(interviews.isAttended('b')).toBe(true);
  asked.get('a')?.resolve(yes);
  // Until the answer is recorded nobody may think that the question was left.
  expect(interviews.isAttended('a')).toBe(true);
  expect(await first).toEqual(yes);
  await settle();
  asked.get('b')?.resolve(yes);
  expect(await second).toEqual(yes);
});

test('a question withdrawn before its turn is never put', async () => {
  const { person, asked } = interviewer();
  const interviews = new Interviews(person, () => undefined);
  const withdrawal = new AbortController();
  const first = interviews.ask('a', question('a'), alive());
  const second = interviews.ask('b', question('b'), withdrawal.signal);
  await settle();
  withdrawal.abort();
  await expect(second).rejects.toThrow('withdrawn');
  asked.get('a')?.resolve(yes);
  await first;
  await settle();
  expect([...asked.keys()]).toEqual(['a']);
});

test('when the interviewer has gone the question stays, unattended', async () => {
  let gone = 0;
  const { person, asked } = interviewer();
  const interviews = new Interviews(person, () => (gone += 1));
  const withdrawal = new AbortController();
  const asking = interviews.ask('a', question('a'), withdrawal.signal);
  await settle();
  asked.get('a')?.reject(new InterviewerDetached('closed'));
  await settle();
  expect([gone, interviews.isAttended('a')]).toEqual([1, false]);
  withdrawal.abort();
  await expect(asking).rejects.toThrow('withdrawn');
});

test('an interviewer that breaks down fails the question', async () => {
  const { person, asked } = interviewer();
  const asking = new Interviews(person, () => undefined).ask('a', question('a'), alive());
  await settle();
  asked.get('a')?.reject(new Error('broken'));
  await expect(asking).rejects.toThrow('broken');
});

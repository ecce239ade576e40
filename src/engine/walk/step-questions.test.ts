import { describe, expect, test } from 'vitest';
import { walk, type Reply, type WalkSetup } from '../../../test/support/walk.ts';
import type { Question } from '../../contract/question.ts';

const question: Question = {
  text: 'A secret was found. Commit it?',
  type: 'MULTIPLE_CHOICE',
  options: [
    { key: 'N', label: 'No' },
    { key: 'Y', label: 'Yes' },
  ],
  defaultKey: 'N',
  stage: 'somewhere',
};
const asking: Reply = { status: 'fail', failureReason: 'nobody said', question };

const line = 'start -> work -> exit';

function asked(replies: readonly Reply[], answers: WalkSetup['answers'] = [], more: WalkSetup = {}) {
  return walk(line, { script: { work: replies }, answers, ...more });
}

describe('a step that asks', () => {
  test('is started again with the answer, and its outcome then counts', async () => {
    const run = await asked([asking, 'success'], ['yes']);
    expect(run.state).toBe('completed');
    expect(run.steps.map(({ key, answers }) => [key, answers])).toEqual([
      ['work#1', undefined],
      ['work#1:answered#1', ['Y']],
    ]);
    expect(run.events.map(({ type }) => type).slice(5, 9)).toEqual([
      'InterviewStarted',
      'InterviewCompleted',
      'StageCompleted',
      'CheckpointSaved',
    ]);
    expect(run.of('InterviewStarted')).toMatchObject([
      { id: 'work#1:ask#1', stage: 'work', question: { stage: 'work' } },
    ]);
  });

  test('may ask again with each answer, each question under a key of its own', async () => {
    const run = await asked([asking, asking, 'success'], ['Y', 'N']);
    expect(run.of('InterviewStarted').map(({ id }) => id)).toEqual(['work#1:ask#1', 'work#1:ask#2']);
    expect(run.steps.at(-1)).toMatchObject({ key: 'work#1:answered#2', answers: ['Y', 'N'] });
  });

  test.each(['SKIPPED', 'perhaps'])('keeps its own outcome after the answer %s', async (answer) => {
    const run = await asked([asking, 'success'], [answer]);
    expect(run).toMatchObject({ state: 'failed', failureReason: expect.stringContaining('nobody said') });
    expect(run.steps).toHaveLength(1);
  });

  test('takes its default when nobody answers in time, and keeps its own outcome without one', async () => {
    const timed = { ...question, timeoutMs: 60_000 };
    const withDefault = await asked([{ status: 'fail', question: timed }, 'success']);
    expect(withDefault.steps.at(-1)?.answers).toEqual(['N']);
    expect(withDefault.of('InterviewTimeout')).toMatchObject([{ durationMs: 60_000 }]);
    const { defaultKey: _, ...undecided } = timed;
    const without = await asked([{ status: 'fail', failureReason: 'nobody said', question: undecided }, 'success']);
    expect(without.state).toBe('failed');
  });

  test('waits as long as nobody answers', async () => {
    expect((await asked([asking, 'success'])).state).toBe('waiting');
  });

  test('asks anew in another attempt', async () => {
    const run = await walk('work [max_retries=1]\n start -> work -> exit', {
      script: { work: [{ status: 'retry', question }, asking, 'success'] },
      answers: ['SKIPPED', 'Y'],
    });
    expect(run.of('InterviewStarted').map(({ id }) => id)).toEqual(['work#1:ask#1', 'work#1@2:ask#1']);
  });

  test('may be answered by yes or no, or by a text', async () => {
    const yes = await asked(
      [{ status: 'fail', question: { ...question, type: 'YES_NO', options: [] } }, 'success'],
      [{ kind: 'choice', key: 'YES' }],
    );
    expect(yes.steps.at(-1)?.answers).toEqual(['YES']);
    const free = await asked(
      [{ status: 'fail', question: { ...question, type: 'FREEFORM', options: [] } }, 'success'],
      [{ kind: 'text', text: 'call it main' }],
    );
    expect(free.steps.at(-1)?.answers).toEqual(['call it main']);
  });

  test('counts as a call each time, and all it used is told', async () => {
    const usage = { inputTokens: 2, outputTokens: 1 };
    const run = await walk(`graph [budget.calls=1, budget.on_exhausted=fail]\n ${line}`, {
      script: { work: [{ status: 'fail', usage, question }, 'success'] },
      answers: ['Y'],
    });
    expect(run.failureReason).toMatch(/^budget exhausted: calls of the run/);
    const told = await asked(
      [
        { status: 'fail', usage, question },
        { status: 'success', usage },
      ],
      ['Y'],
    );
    expect(told.of('StageCompleted').find(({ name }) => name === 'work')?.usage).toEqual({
      inputTokens: 4,
      outputTokens: 2,
    });
  });

  test('that is never content fails in the end', async () => {
    const run = await asked(
      [asking],
      Array.from({ length: 200 }, () => 'Y'),
    );
    expect(run.failureReason).toContain('work asked more than 100 questions');
  });

  test('asks within its branch, and its question is dropped with it', async () => {
    const run = await walk(
      `start -> fan
       fan [shape=component, join_policy=first_success]
       join [shape=tripleoctagon]
       fan -> a -> join
       fan -> b -> join
       join -> exit`,
      { script: { a: [asking], b: [{ status: 'success', durationMs: 5 }] } },
    );
    expect(run.state).toBe('completed');
    expect(run.of('InterviewStarted').map(({ id }) => id)).toEqual(['fan#1/a/a#1:ask#1']);
    expect(run.dropped).toEqual(['fan#1/a/a#1:ask#1 at 5 ms']);
  });
});

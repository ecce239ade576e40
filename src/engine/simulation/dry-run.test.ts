import { describe, expect, test } from 'vitest';
import { graphOf, walk } from '../../../test/support/walk.ts';
import { agreeableAnswer, createProgram, createTraversal, dryRun, walkVersion } from '../index.ts';

describe('a dry run', () => {
  test('walks on a virtual clock, on which what falls due first settles first', async () => {
    const run = await walk(
      `start -> fan
       fan [shape=component]
       join [shape=tripleoctagon]
       fan -> a -> join
       fan -> b -> b2 -> join
       fan -> c -> join
       join -> exit`,
      {
        script: {
          a: [{ durationMs: 3_600_000 }],
          b: [{ durationMs: 5 }],
          b2: [{ durationMs: 5 }],
          c: [{ durationMs: 7 }],
        },
      },
    );
    expect(run.of('StageCompleted').map(({ name }) => name)).toEqual([
      'start',
      'b',
      'c',
      'b2',
      'a',
      'fan',
      'join',
      'exit',
    ]);
    expect(run.durationMs).toBe(3_600_000);
  });

  test('settles what is due at the same time in the order it was started', async () => {
    const ids = ['d', 'b', 'a', 'c'];
    const edges = ids.map((id) => `fan -> ${id} -> join`).join('\n');
    const run = await walk(
      `start -> fan\n fan [shape=component]\n join [shape=tripleoctagon]\n ${edges}\n join -> exit`,
    );
    expect(run.of('ParallelBranchCompleted').map(({ branch }) => branch)).toEqual(ids);
  });

  test('ends waiting when only a person could go on', async () => {
    const run = await walk('start -> gate -> exit\n gate [shape=hexagon]');
    expect(run).toMatchObject({ state: 'waiting', failureReason: undefined });
  });

  test('is the same every time', async () => {
    const text = 'graph [default_max_retries=3]\n start -> a -> exit';
    const script = { a: ['retry', 'retry', 'success'] } as const;
    expect((await walk(text, { script })).events).toEqual((await walk(text, { script })).events);
  });

  test('delivers commands when they arrive', async () => {
    const run = await walk('start -> a -> exit', {
      script: { a: [{ durationMs: 100 }] },
      commands: [{ atMs: 40, command: { kind: 'cancel', reason: 'enough' } }],
    });
    expect(run).toMatchObject({ state: 'cancelled', durationMs: 40 });
  });

  test('rejects with what a step of the world throws, in children too', async () => {
    const program = createProgram(
      graphOf('start -> sub -> exit\n sub [type=sub_pipeline, sub_pipeline.dotfile=c]'),
      new Map([['c', 'c']]),
    );
    const child = createTraversal(createProgram(graphOf('start -> a -> exit')), { inputs: {} });
    const failing = dryRun(createTraversal(program, { inputs: {} }), {
      step: () => {
        throw new Error('no world');
      },
      answer: agreeableAnswer,
      child: () => child,
    });
    await expect(failing).rejects.toThrow('no world');
  });
});

describe('an agreeable answer', () => {
  const question = {
    text: '?',
    type: 'MULTIPLE_CHOICE',
    stage: 'gate',
    options: [
      { key: 'A', label: 'Approve' },
      { key: 'R', label: 'Rework' },
    ],
  } as const;

  test('is the default, else the first option', () => {
    expect(agreeableAnswer(question)).toEqual({ kind: 'choice', key: 'A' });
    expect(agreeableAnswer({ ...question, defaultKey: 'R' })).toEqual({ kind: 'choice', key: 'R' });
  });

  test('to a question without options is yes', () => {
    expect(agreeableAnswer({ ...question, type: 'YES_NO', options: [] })).toEqual({ kind: 'choice', key: 'YES' });
  });
});

test('a program needs a start and an exit', () => {
  expect(() => createProgram(graphOf('digraph G { a -> b }'))).toThrow('was not validated');
});

test('the version of the walk changes only with the order of what it asks for', () => {
  expect(walkVersion).toBe(1);
});

import { describe, expect, test } from 'vitest';
import { verifies } from '../../../test/support/verifies.ts';
import { walk } from '../../../test/support/walk.ts';
import { formatAmount } from './budgets.ts';

const usage = { inputTokens: 600, outputTokens: 400, costUsd: 0.25 };
const four = (limits: string): string => `graph [${limits}]\n start -> a -> b -> c -> d -> exit`;
const costly = {
  script: { a: [{ usage, durationMs: 1_000 }], b: [{ usage, durationMs: 1_000 }], c: [{ usage, durationMs: 1_000 }] },
} as const;

async function stopsAt(limits: string): Promise<string | undefined> {
  const run = await walk(four(`${limits}, budget.on_exhausted=fail`), costly);
  return run.state === 'failed' ? run.visited.at(-1) : undefined;
}

describe('budgets of the run (R8)', () => {
  verifies('durability:R8:budget', 'money, tokens, time, calls and visits are checked before each step', async () => {
    expect(await stopsAt('budget.money=0.5')).toBe('c');
    expect(await stopsAt('budget.tokens=2000')).toBe('c');
    expect(await stopsAt('budget.time=2s')).toBe('c');
    expect(await stopsAt('budget.calls=2')).toBe('c');
    // start, a, b and c are visits; the fifth is refused.
    expect(await stopsAt('budget.visits=4')).toBe('d');
    expect(await stopsAt('budget.calls=4')).toBeUndefined();
    expect(await stopsAt('budget.visits=5')).toBeUndefined();
  });

  test('retries are calls, and no visits', async () => {
    const text = (limits: string): string =>
      `graph [default_max_retries=4, budget.on_exhausted=fail, ${limits}]\n start -> a -> exit`;
    const script = { a: ['retry', 'retry', 'success'] } as const;
    expect((await walk(text('budget.calls=2'), { script })).state).toBe('failed');
    expect((await walk(text('budget.visits=2'), { script })).state).toBe('completed');
  });

  test('calls in flight at the same time count, so that branches cannot pass a limit together', async () => {
    const run = await walk(
      `graph [budget.calls=2, budget.on_exhausted=fail]
       start -> fan -> a -> join -> exit
       fan -> b -> join
       fan -> c -> join
       fan [shape=component]
       join [shape=tripleoctagon]`,
      { script: { a: [{ durationMs: 10 }], b: [{ durationMs: 10 }] } },
    );
    expect(run.steps).toHaveLength(2);
    expect(run.state).toBe('failed');
  });

  verifies(
    'durability:R8:exhausted',
    'a run that may not ask fails, and no failure route of the node spends on',
    async () => {
      const run = await walk(
        'graph [budget.calls=1, budget.on_exhausted=fail]\n start -> a -> b -> exit\n b [retry_target=a]',
      );
      expect(run).toMatchObject({ state: 'failed', failureReason: 'budget exhausted: calls of the run (1 of 1)' });
      expect(run.of('BudgetExhausted')).toEqual([
        { type: 'BudgetExhausted', budget: 'calls', limit: 1, spent: 1, scope: 'run' },
      ]);
      expect(run.steps).toHaveLength(1);
    },
  );
});

describe('an exhausted budget asks', () => {
  verifies('durability:R8:exhausted', 'the run waits for a person', async () => {
    const run = await walk(four('budget.calls=2'));
    expect(run.state).toBe('waiting');
    expect(run.questions).toMatchObject([
      { stage: 'c', metadata: { purpose: 'budget', budget: 'calls', account: 'run' } },
    ]);
  });

  test('a person who goes on grants the same amount again, each time', async () => {
    const run = await walk('graph [budget.calls=2]\n start -> a -> a2 -> b -> b2 -> c -> c2 -> d -> exit', {
      answers: ['C', 'C', 'C'],
    });
    expect(run.state).toBe('completed');
    expect(run.of('BudgetExhausted').map(({ limit }) => limit)).toEqual([2, 4, 6]);
  });

  test('nothing but an explicit yes goes on', async () => {
    for (const answer of ['S', 'SKIPPED', 'TIMEOUT', 'whatever']) {
      const run = await walk(four('budget.calls=2'), { answers: [answer] });
      expect(run).toMatchObject({ state: 'failed', failureReason: 'budget exhausted: calls of the run (2 of 2)' });
    }
  });

  test('whoever takes first options or defaults stops', async () => {
    const { questions } = await walk(four('budget.calls=2'));
    expect(questions[0]).toMatchObject({
      options: [{ key: 'S' }, { key: 'C', label: 'Continue, with 2 more' }],
      defaultKey: 'S',
    });
  });

  test('a command that raises the limit lets the run go on without an answer', async () => {
    const run = await walk(four('budget.calls=2'), {
      commands: [{ atMs: 500, command: { kind: 'budget', set: { calls: 9 } } }],
    });
    expect(run.state).toBe('completed');
    expect(run.durationMs).toBe(500);
  });

  test('a command that does not raise it enough asks anew', async () => {
    const run = await walk(four('budget.calls=2'), {
      commands: [{ atMs: 500, command: { kind: 'budget', set: { calls: 1 } } }],
      answers: [undefined, 'S'],
    });
    expect(run.questions).toHaveLength(2);
    expect(run.state).toBe('failed');
  });

  test('branches that wait for the same budget ask one question', async () => {
    const run = await walk(
      `graph [budget.calls=1]
       start -> a -> fan
       fan -> b -> join
       fan -> c -> join
       join -> exit
       fan [shape=component]
       join [shape=tripleoctagon]`,
      { answers: ['C', 'C'] },
    );
    expect(run.state).toBe('completed');
    // One for b and c together, and one for the call that the first grant did not cover.
    expect(run.questions).toHaveLength(2);
  });

  test('the question is taken back when the branch that waits for it is cancelled', async () => {
    const run = await walk(
      `start -> fan
       fan -> quick -> join
       fan -> dear -> dear2 -> join
       join -> exit
       dear2 [budget.visits=0]
       fan [shape=component, join_policy=first_success]
       join [shape=tripleoctagon]`,
      { script: { quick: [{ durationMs: 100 }] } },
    );
    expect(run.questions).toHaveLength(1);
    expect(run.dropped).toEqual(['budget:node%20dear2#1 at 100 ms']);
    expect(run.state).toBe('completed');
  });
});

describe('budgets of nodes and branches', () => {
  test("a node's budget fails its stage, which may have a failure route", async () => {
    const run = await walk(
      `graph [budget.on_exhausted=fail]
       start -> a -> a2
       a2 -> a [condition="outcome=success"]
       a -> exit [condition="outcome=fail"]
       a [budget.calls=3]`,
    );
    expect(run.steps.filter(({ nodeId }) => nodeId === 'a')).toHaveLength(3);
    expect(run.state).toBe('completed');
  });

  test("a fan-out's budget is that of each of its branches", async () => {
    const run = await walk(
      `graph [budget.on_exhausted=fail]
       start -> fan
       fan -> a -> a2 -> join
       fan -> b -> join
       join -> exit
       fan [shape=component, budget.calls=1]
       join [shape=tripleoctagon]`,
    );
    expect(run.context['parallel.results']).toMatchObject([
      { id: 'a', status: 'fail', notes: 'budget exhausted: calls of the branch fan#1/a (1 of 1)' },
      { id: 'b', status: 'success' },
    ]);
  });

  test('what a child pipeline spends counts for its parent', async () => {
    const run = await walk(
      `graph [budget.tokens=1500, budget.on_exhausted=fail]
       start -> child -> after -> exit
       child [type=sub_pipeline, sub_pipeline.dotfile="c.dot"]`,
      { children: { 'c.dot': 'start -> x -> y -> exit' }, script: { x: [{ usage }], y: [{ usage }] } },
    );
    expect(run).toMatchObject({ state: 'failed', failureReason: 'budget exhausted: tokens of the run (2000 of 1500)' });
    expect(run.steps.map(({ nodeId }) => nodeId)).toEqual(['x', 'y']);
  });

  test('a child does not start when the budget is exhausted', async () => {
    const run = await walk(
      `graph [budget.calls=1, budget.on_exhausted=fail]
       start -> a -> child -> exit
       child [type=sub_pipeline, sub_pipeline.dotfile="c.dot"]`,
      { children: { 'c.dot': 'start -> x -> exit' } },
    );
    expect(run.state).toBe('failed');
    expect(run.steps.map(({ nodeId }) => nodeId)).toEqual(['a']);
  });
});

test.each([
  [0, '$0.00'],
  [0.05, '$0.05'],
  [0.006, '$0.0060'],
  [0.0051234, '$0.0051'],
  [1.2034, '$1.20'],
])('an amount of %d dollars is told as %s', (dollars, text) => {
  expect(formatAmount('money', dollars)).toBe(text);
});

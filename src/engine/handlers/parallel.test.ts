import { describe, expect, test } from 'vitest';
import { verifies } from '../../../test/support/verifies.ts';
import { walk, type Walked } from '../../../test/support/walk.ts';
import type { BranchResult } from './join-policy.ts';

/** A fan-out over branches of one node each, then `last`. */
function fan(attributes = '', branches: readonly string[] = ['a', 'b', 'c'], more = ''): string {
  return `start -> fan
    fan [shape=component${attributes}]
    join [shape=tripleoctagon]
    ${branches.map((id) => `fan -> ${id} -> join`).join('\n')}
    join -> last -> exit
    ${more}`;
}

const lasting = (durationMs: number) => ({ durationMs });
const failing = (durationMs: number) => ({ status: 'fail', durationMs }) as const;

function results(run: Walked): readonly BranchResult[] {
  // The walk writes the list itself; the tests are about what is in it.
  return (run.context['parallel.results'] ?? []) as unknown as readonly BranchResult[];
}

function statuses(run: Walked): readonly string[] {
  return results(run).map(({ id, status }) => `${id} ${status}`);
}

const fanOutcome = (run: Walked) =>
  run.events.find((event) => (event.type === 'StageCompleted' || event.type === 'StageFailed') && event.name === 'fan');

describe('branches (4.8)', () => {
  verifies(
    ['parallel:all-edges', 'parity:fan-out-fan-in', 'parallel:to-fan-in'],
    'every outgoing edge is a branch, and the walk goes on at the fan-in',
    async () => {
      const run = await walk(fan());
      expect(run.visited).toEqual(['start', 'fan', 'join', 'last', 'exit']);
      expect(run.steps.map(({ key }) => key)).toEqual(['fan#1/a/a#1', 'fan#1/b/b#1', 'fan#1/c/c#1', 'last#1']);
    },
  );

  test('conditions on the edges of a fan-out are not asked', async () => {
    const run = await walk(fan('', ['a'], 'fan -> d [condition="outcome=fail"]\n d -> join'));
    expect(statuses(run)).toEqual(['a success', 'd success']);
  });

  verifies('parallel:concurrent', 'branches run at the same time', async () => {
    const run = await walk(fan(), { script: { a: [lasting(30)], b: [lasting(20)], c: [lasting(10)] } });
    expect(run.durationMs).toBe(30);
    expect(run.of('ParallelBranchCompleted').map(({ branch }) => branch)).toEqual(['c', 'b', 'a']);
  });

  verifies('parallel:concurrent', 'at most max_parallel of them, 4 unless set', async () => {
    const ids = Array.from({ length: 9 }, (_, index) => `n${index}`);
    const script = Object.fromEntries(ids.map((id) => [id, [lasting(10)]]));
    expect((await walk(fan('', ids), { script })).durationMs).toBe(30);
    expect((await walk(fan(', max_parallel=2', ids), { script })).durationMs).toBe(50);
    expect((await walk(fan(', max_parallel=9', ids), { script })).durationMs).toBe(10);
    expect((await walk(fan(', max_parallel=0', ids), { script })).durationMs).toBe(90);
  });

  verifies(
    'parallel:results',
    'the results stand in the order of the edges, with notes, updates and response',
    async () => {
      const run = await walk(fan('', ['b', 'a']), {
        script: {
          b: [
            { durationMs: 9, contextUpdates: { score: 0.5, found: ['x'], last_response: 'text of b' }, notes: 'fine' },
          ],
          a: [{ status: 'fail', failureReason: 'broken' }],
        },
      });
      expect(results(run)).toEqual([
        {
          id: 'b',
          status: 'success',
          score: 0.5,
          notes: 'fine',
          contextUpdates: { score: 0.5, found: ['x'], last_response: 'text of b' },
          response: 'text of b',
        },
        { id: 'a', status: 'fail', notes: 'broken', contextUpdates: {}, response: '' },
      ]);
    },
  );

  test('two edges to the same node are two branches', async () => {
    const run = await walk(fan('', ['a', 'a']));
    expect(statuses(run)).toEqual(['a success', 'a~2 success']);
    expect(run.steps.map(({ key }) => key)).toEqual(['fan#1/a/a#1', 'fan#1/a~2/a#1', 'last#1']);
  });

  verifies(
    'parallel:branch-retries',
    'retries, conditions and loops with their limits work inside branches',
    async () => {
      const run = await walk(
        fan(
          '',
          ['a'],
          `a -> fix [condition="context.ok!=yes", max_visits=2]
        a -> join
        fix -> a
        fix [max_retries=1]`,
        ),
        { script: { fix: ['retry', 'success'] } },
      );
      expect(run.steps.map(({ key }) => key)).toEqual([
        'fan#1/a/a#1',
        'fan#1/a/fix#1',
        'fan#1/a/fix#1@2',
        'fan#1/a/a#2',
        'fan#1/a/fix#2',
        'fan#1/a/a#3',
        'last#1',
      ]);
    },
  );

  test('the visits inside a branch are its own, so each round of an outer loop has them anew', async () => {
    const run = await walk(
      `start -> fan
       fan -> a -> join
       fan [shape=component]
       join [shape=tripleoctagon]
       a -> a [condition="outcome=success", max_visits=2]
       join -> fan [max_visits=3]
       join -> exit [condition="context.never=1"]`,
    );
    expect(run.steps.map(({ key }) => key)).toEqual(
      [1, 2, 3].flatMap((round) => [`fan#${round}/a/a#1`, `fan#${round}/a/a#2`]),
    );
  });

  test('max_visits on a branch edge bounds how often the branch is opened', async () => {
    const run = await walk(
      `start -> fan
       fan -> once [max_visits=1]
       fan -> always -> join
       once -> join
       fan [shape=component]
       join [shape=tripleoctagon]
       join -> fan [max_visits=2]
       join -> exit [condition="context.x=1"]`,
    );
    expect(run.of('ParallelStarted').map(({ branchCount }) => branchCount)).toEqual([2, 1]);
  });

  test('a branch that leads straight to the fan-in does nothing and succeeds', async () => {
    const run = await walk(fan('', ['a'], 'fan -> join'));
    expect(statuses(run)).toEqual(['a success', 'join success']);
  });

  test('a retry target outside the branch must not open branches within branches for ever', async () => {
    const run = await walk(
      `graph [retry_target=plan]
      start -> plan -> fan
      fan -> a -> join
      fan -> b -> join
      a [retry_target=plan]
      b [retry_target=plan]
      fan [shape=component]
      join [shape=tripleoctagon]
      join -> exit`,
      { script: { a: ['fail'], b: ['fail'] } },
    );
    expect(results(run).map(({ notes }) => notes)).toEqual([
      'the branch led back to its own fan-out fan',
      'the branch led back to its own fan-out fan',
    ]);
    expect(run.state).toBe('failed');
  });
});

describe('isolation (3.8)', () => {
  verifies('parallel:isolated-context', 'what a branch sets reaches neither its siblings nor the parent', async () => {
    const run = await walk(fan('', ['a', 'b'], 'a -> a2 -> join\n b -> b2 -> join'), {
      inputs: { shared: 'old' },
      script: { a: [{ contextUpdates: { shared: 'new', mine: 1 } }], b: [lasting(5)] },
    });
    const seen = (node: string) => run.steps.find(({ nodeId }) => nodeId === node)?.context;
    expect(seen('a2')).toMatchObject({ shared: 'new', mine: 1 });
    expect(seen('b2')).toMatchObject({ shared: 'old' });
    expect(seen('b2')).not.toHaveProperty('mine');
    expect(seen('last')).toMatchObject({ shared: 'old' });
    expect(seen('last')).not.toHaveProperty('mine');
  });

  verifies(['context:deep-copy', 'parallel:isolated-context'], 'not even by changing a value in place', async () => {
    const run = await walk(fan('', ['a', 'b']), {
      inputs: { list: [{ n: 1 }] },
      script: { b: [lasting(5)] },
      onStep(call) {
        const [item] = call.view().context.get('list') as unknown as { n: number }[];
        if (call.nodeId === 'a' && item) item.n = 99;
      },
    });
    const lists = run.steps.map(({ nodeId, context }) => [nodeId, JSON.stringify(context['list'])]);
    expect(lists).toEqual([
      ['a', '[{"n":99}]'],
      ['b', '[{"n":1}]'],
      ['last', '[{"n":1}]'],
    ]);
  });

  verifies(
    'defect:branch-loses-graph',
    'goal, retry defaults and fidelity of the graph count inside branches',
    async () => {
      const run = await walk(`graph [goal="g", default_max_retries=1, default_fidelity=truncate]\n${fan('', ['a'])}`, {
        script: { a: ['retry', 'success'] },
      });
      expect(run.steps.slice(0, 2)).toMatchObject([
        { key: 'fan#1/a/a#1', fidelity: 'truncate', context: { 'graph.goal': 'g' } },
        { key: 'fan#1/a/a#1@2' },
      ]);
    },
  );

  test('later prompts can tell of the stages inside the branches, in the order of the edges', async () => {
    const run = await walk(fan('', ['a', 'b']), { script: { a: [lasting(9)] } });
    const history = (node: string) => run.steps.find(({ nodeId }) => nodeId === node)?.history;
    expect(history('b')).toEqual(['start']);
    expect(history('last')).toEqual(['start', 'a', 'b', 'fan', 'join']);
  });
});

describe('join policies (4.8)', () => {
  const slow = { a: [lasting(10)], b: [lasting(20)], c: [lasting(30)] };

  verifies('parallel:wait-all', 'wait_all waits for all: SUCCESS without failures, else PARTIAL_SUCCESS', async () => {
    const all = await walk(fan(', join_policy=wait_all'), { script: slow });
    expect(all.durationMs).toBe(30);
    expect(fanOutcome(all)).toMatchObject({ outcome: { status: 'success', notes: '3 of 3 branches succeeded' } });
    const some = await walk(fan(), { script: { a: [failing(10)] } });
    expect(fanOutcome(some)).toMatchObject({ outcome: { status: 'partial_success' } });
    expect(some.state).toBe('completed');
  });

  verifies(
    ['parallel:first-success', 'defect:first-success-waits', 'parallel:cancelled-branches'],
    'first_success is done with the first success, and the others are really dropped',
    async () => {
      const run = await walk(fan(', join_policy=first_success', ['a', 'b', 'c'], 'b -> b2 -> join'), {
        script: { a: [failing(5)], b: [lasting(10)], b2: [lasting(10)], c: [lasting(1_000)] },
      });
      expect(run.durationMs).toBe(20);
      expect(statuses(run)).toEqual(['a fail', 'b success', 'c cancelled']);
      expect(run.dropped).toEqual(['fan#1/c/c#1 at 20 ms']);
    },
  );

  test('branches still waiting for their turn are cancelled too, without ever starting', async () => {
    const run = await walk(fan(', join_policy=first_success, max_parallel=1'));
    expect(statuses(run)).toEqual(['a success', 'b cancelled', 'c cancelled']);
    expect(run.steps.map(({ nodeId }) => nodeId)).toEqual(['a', 'last']);
  });

  verifies('parallel:first-success-none', 'first_success without any success fails', async () => {
    const run = await walk(fan(', join_policy=first_success'), { script: { a: ['fail'], b: ['fail'], c: ['fail'] } });
    expect(fanOutcome(run)).toMatchObject({
      type: 'StageFailed',
      error: 'the join policy is not satisfied: 0 of 3 branches succeeded',
    });
    expect(run.state).toBe('failed');
  });

  verifies(
    'parallel:k-of-n',
    'k_of_n is done with k successes, and fails as soon as they cannot be reached',
    async () => {
      const reached = await walk(fan(', join_policy=k_of_n, k=2'), { script: slow });
      expect(statuses(reached)).toEqual(['a success', 'b success', 'c cancelled']);
      expect(reached.durationMs).toBe(20);
      const missed = await walk(fan(', join_policy=k_of_n, k=2'), {
        script: { a: [failing(10)], b: [failing(20)], c: [lasting(1_000)] },
      });
      expect(missed).toMatchObject({ state: 'failed', durationMs: 20 });
      const impossible = await walk(fan(', join_policy=k_of_n, k=4'));
      expect(impossible.steps).toEqual([]);
      expect(impossible.state).toBe('failed');
    },
  );

  verifies(
    'parallel:quorum',
    'quorum is done with its percentage of the branches, half of them unless set',
    async () => {
      expect(statuses(await walk(fan(', join_policy=quorum'), { script: slow }))).toEqual([
        'a success',
        'b success',
        'c cancelled',
      ]);
      const seventy = await walk(fan(', join_policy=quorum, quorum_percent=70'), { script: { a: ['fail'] } });
      expect(seventy.state).toBe('failed');
      const sixty = await walk(fan(', join_policy=quorum, quorum_percent=66'), { script: { a: ['fail'] } });
      expect(sixty.state).toBe('completed');
    },
  );

  test('the policy may stand on the fan-in', async () => {
    const run = await walk(fan('', ['a', 'b'], 'join [join_policy=k_of_n, k=1]'), { script: { b: [lasting(10)] } });
    expect(statuses(run)).toEqual(['a success', 'b cancelled']);
  });

  test('a partial success satisfies every policy', async () => {
    const run = await walk(fan(', join_policy=k_of_n, k=3'), { script: { a: ['partial_success'] } });
    expect(run.state).toBe('completed');
  });
});

describe('error policies', () => {
  verifies('parallel:error-policy:continue', 'continue lets the other branches finish', async () => {
    const run = await walk(fan(', error_policy=continue'), { script: { a: [failing(1)], b: [lasting(20)] } });
    expect(statuses(run)).toEqual(['a fail', 'b success', 'c success']);
  });

  verifies(
    ['parallel:error-policy:fail-fast', 'defect:fail-fast-cancels-nothing'],
    'fail_fast ends the other branches at the first failure',
    async () => {
      const run = await walk(fan(', error_policy=fail_fast, max_parallel=2'), {
        script: { a: [failing(10)], b: [lasting(1_000)] },
      });
      expect(run.durationMs).toBe(10);
      expect(statuses(run)).toEqual(['a fail', 'b cancelled', 'c cancelled']);
      expect(run.steps.map(({ nodeId }) => nodeId)).toEqual(['a', 'b']);
      expect(run.dropped).toEqual(['fan#1/b/b#1 at 10 ms']);
      expect(run).toMatchObject({ state: 'failed', failureReason: 'branch a failed: a said fail' });
    },
  );

  verifies('parallel:error-policy:ignore', 'ignore leaves failed branches out of the results', async () => {
    const run = await walk(fan(', error_policy=ignore'), { script: { a: ['fail'] } });
    expect(statuses(run)).toEqual(['b success', 'c success']);
    expect(fanOutcome(run)).toMatchObject({ outcome: { status: 'success' } });
  });

  test('when all branches failed and are ignored, the fan-in has nothing to choose from', async () => {
    const run = await walk(fan(', error_policy=ignore', ['a']), { script: { a: ['fail'] } });
    expect(run).toMatchObject({ state: 'failed', failureReason: 'No parallel results to evaluate' });
  });
});

describe('behind the fan-out', () => {
  verifies(
    'parallel:to-fan-in',
    'a fan-out that failed goes to its fan-in, which fails for the same reason',
    async () => {
      const run = await walk(
        fan(
          ', join_policy=first_success, retry_target=last',
          ['a'],
          'join -> rescue [condition="outcome=fail"]\n rescue -> exit',
        ),
        {
          script: { a: ['fail'] },
        },
      );
      expect(run.visited).toEqual(['start', 'fan', 'join', 'rescue', 'exit']);
      expect(run.of('StageFailed').at(-1)).toMatchObject({
        name: 'join',
        error: 'the join policy is not satisfied: 0 of 1 branches succeeded',
      });
    },
  );

  verifies('parallel:nested', 'a fan-out inside a branch works the same way', async () => {
    const run = await walk(
      fan(
        '',
        ['a'],
        `fan -> inner
        inner [shape=component]
        meet [shape=tripleoctagon]
        inner -> x -> meet
        inner -> y -> meet
        meet -> after -> join`,
      ),
      { script: { x: [{ contextUpdates: { found: 1 } }], after: [{ contextUpdates: { verdict: 'good' } }] } },
    );
    expect(run.steps.map(({ key }) => key).toSorted()).toEqual([
      'fan#1/a/a#1',
      'fan#1/inner/after#1',
      'fan#1/inner/inner#1/x/x#1',
      'fan#1/inner/inner#1/y/y#1',
      'last#1',
    ]);
    const inner = results(run).find(({ id }) => id === 'inner');
    expect(inner?.contextUpdates).toMatchObject({ verdict: 'good', 'parallel.fan_in.best_id': 'x' });
    expect(run.steps.find(({ nodeId }) => nodeId === 'after')?.context['parallel.results']).toMatchObject([
      { id: 'x' },
      { id: 'y' },
    ]);
  });

  test('a branch that is cancelled takes its inner branches with it', async () => {
    const run = await walk(
      fan(
        ', join_policy=first_success',
        ['a'],
        `fan -> inner
        inner [shape=component]
        meet [shape=tripleoctagon]
        inner -> x -> meet
        inner -> y -> meet
        meet -> join`,
      ),
      { script: { a: [lasting(10)], x: [lasting(1_000)], y: [lasting(1_000)] } },
    );
    expect(run.dropped).toEqual(['fan#1/inner/inner#1/x/x#1 at 10 ms', 'fan#1/inner/inner#1/y/y#1 at 10 ms']);
    expect(run.of('StageCompleted').map(({ name }) => name)).toEqual(['start', 'a', 'fan', 'join', 'last', 'exit']);
  });

  verifies('parallel:no-fan-in', 'without a common fan-in the walk exits where a branch reached the exit', async () => {
    const text = 'start -> fan\n fan [shape=component]\n fan -> a -> exit\n fan -> b -> dead';
    const run = await walk(text);
    expect(run.visited).toEqual(['start', 'fan', 'exit']);
    expect(run.state).toBe('completed');
  });

  verifies('parallel:no-fan-in', 'and fails where none did', async () => {
    const run = await walk(
      'start -> fan\n fan [shape=component]\n fan -> a -> dead\n fan -> b\n start -> exit [condition="outcome=fail"]',
    );
    expect(run).toMatchObject({ state: 'failed', failureReason: 'no branch reached a fan-in or the exit' });
  });

  test('a failed fan-out without a fan-in never leaves by one of its branches, but by its retry target', async () => {
    const text = (attributes: string): string => `start -> fan
      fan [shape=component, join_policy=first_success${attributes}]
      fan -> a [condition="outcome=fail"]
      fan -> check
      check [shape=diamond]
      a -> exit
      check -> b
      b -> exit
      rescue -> exit`;
    const script = { a: ['fail'], b: ['fail'] } as const;
    expect((await walk(text(''), { script })).visited).toEqual(['start', 'fan']);
    expect((await walk(text(', retry_target=rescue'), { script })).visited).toEqual(['start', 'fan', 'rescue', 'exit']);
  });

  verifies(
    'parallel:no-exit-checks-in-branch',
    'a branch that reaches the exit ends there without checking goal gates',
    async () => {
      const run = await walk(
        `start -> fan
      fan [shape=component]
      fan -> a -> exit
      fan -> b
      b -> exit [condition="outcome=fail"]
      b [goal_gate=true, retry_target=a]`,
        { script: { b: ['fail'] } },
      );
      // The jump of 3.4 happens once, at the exit of the walk, and b then still is not satisfied.
      expect(run.of('GoalGateUnsatisfied').length).toBeGreaterThan(0);
      expect(run.events.findIndex(({ type }) => type === 'GoalGateUnsatisfied')).toBeGreaterThan(
        run.events.findIndex(({ type }) => type === 'ParallelCompleted'),
      );
    },
  );

  test('a fan-out that takes too long fails with everything in it', async () => {
    const run = await walk(fan(', timeout=5s', ['a', 'b']), { script: { b: [lasting(60_000)] } });
    expect(run).toMatchObject({ state: 'failed', failureReason: 'timed out after 5 s', durationMs: 5_000 });
    expect(run.dropped).toEqual(['fan#1/b/b#1 at 5000 ms']);
  });

  test('the time of a fan-out that ended does not run on', async () => {
    const run = await walk(fan(', timeout=5s', ['a', 'b']), { script: { last: [lasting(60_000)] } });
    expect(run.dropped).toEqual(['fan#1:limit at 0 ms']);
    expect(run.state).toBe('completed');
  });
});

describe('its events (9.6)', () => {
  const run = () => walk(fan(', max_parallel=1', ['a', 'b']), { script: { a: [lasting(10)], b: [failing(20)] } });

  verifies(
    ['event:ParallelStarted', 'event:ParallelCompleted'],
    'the block starts with the number of branches and ends with both counts',
    async () => {
      const { of } = await run();
      expect(of('ParallelStarted')).toEqual([
        { type: 'ParallelStarted', name: 'fan', scope: '', visit: 1, branchCount: 2 },
      ]);
      expect(of('ParallelCompleted')).toEqual([
        {
          type: 'ParallelCompleted',
          name: 'fan',
          scope: '',
          visit: 1,
          durationMs: 30,
          successCount: 1,
          failureCount: 1,
        },
      ]);
    },
  );

  verifies(
    ['event:ParallelBranchStarted', 'event:ParallelBranchCompleted'],
    'each branch starts and ends with id, index, duration and success',
    async () => {
      const { of } = await run();
      const place = { name: 'fan', scope: '' };
      expect(of('ParallelBranchStarted')).toEqual([
        { type: 'ParallelBranchStarted', ...place, branch: 'a', index: 0 },
        { type: 'ParallelBranchStarted', ...place, branch: 'b', index: 1 },
      ]);
      expect(of('ParallelBranchCompleted')).toEqual([
        {
          type: 'ParallelBranchCompleted',
          ...place,
          branch: 'a',
          index: 0,
          durationMs: 10,
          success: true,
          status: 'success',
        },
        {
          type: 'ParallelBranchCompleted',
          ...place,
          branch: 'b',
          index: 1,
          durationMs: 20,
          success: false,
          status: 'fail',
        },
      ]);
    },
  );

  verifies(
    ['event:in-branches', 'defect:parallel-invisible', 'defect:nested-pipeline-events'],
    'stages inside branches emit the same events with their branch, and no pipeline starts or ends in them',
    async () => {
      const { of } = await run();
      expect(of('StageStarted').map(({ scope, name }) => `${scope} ${name}`)).toEqual([
        ' start',
        ' fan',
        'fan#1/a a',
        'fan#1/b b',
        ' join',
        ' last',
        ' exit',
      ]);
      expect(of('CheckpointSaved').filter(({ scope }) => scope === 'fan#1/a')).toMatchObject([
        { nodeId: 'a', next: 'join' },
      ]);
      expect(of('PipelineStarted')).toHaveLength(1);
      expect(of('PipelineCompleted')).toHaveLength(1);
    },
  );
});

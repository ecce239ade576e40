import { describe, expect, test } from 'vitest';
import { verifies } from '../../../test/support/verifies.ts';
import { walk } from '../../../test/support/walk.ts';

const restarting = (attributes = ''): string => `graph [goal="g"${attributes}]
  start -> plan -> work
  work -> plan [condition="context.again=yes", loop_restart=true]
  work -> exit`;

const once = { script: { work: [{ contextUpdates: { again: 'yes', found: 1 } }, 'success'] } } as const;
const always = { script: { work: [{ contextUpdates: { again: 'yes' } }] } } as const;

describe('loop_restart (3.2)', () => {
  verifies(
    ['walk:loop-restart', 'attr:edge:loop_restart'],
    'an edge with loop_restart starts a fresh segment at its target',
    async () => {
      const run = await walk(restarting(), once);
      expect(run.segments).toBe(2);
      expect(run.visited).toEqual(['start', 'plan', 'work', 'plan', 'work', 'exit']);
      expect(run.of('PipelineRestarted')).toEqual([{ type: 'PipelineRestarted', restart: 1, target: 'plan' }]);
      expect(run.of('PipelineStarted')).toHaveLength(1);
      expect(run.state).toBe('completed');
    },
  );

  verifies('walk:loop-restart-context', 'the context goes back to graph and inputs', async () => {
    const run = await walk(restarting(), { ...once, inputs: { ticket: '7' } });
    const plan = run.steps.filter(({ nodeId }) => nodeId === 'plan')[1];
    expect(plan?.context).toEqual({ 'graph.goal': 'g', ticket: '7', current_node: 'plan' });
    expect(plan?.history).toEqual([]);
  });

  verifies('walk:loop-restart-context', 'visit counts survive, so keys stay unique and limits hold', async () => {
    const run = await walk(restarting(', default_max_visits=3'), always);
    expect(run.steps.map(({ key }) => key)).toEqual(['plan#1', 'work#1', 'plan#2', 'work#2', 'plan#3', 'work#3']);
    expect(run).toMatchObject({ state: 'completed', segments: 3 });
  });

  verifies('walk:loop-restart-context', 'budgets survive', async () => {
    const run = await walk(restarting(', budget.calls=3, budget.on_exhausted=fail'), always);
    expect(run).toMatchObject({
      state: 'failed',
      segments: 2,
      failureReason: 'budget exhausted: calls of the run (3 of 3)',
    });
  });

  verifies('walk:loop-restart-bound', 'at most max_restarts restarts happen, 10 unless set', async () => {
    const byDefault = await walk(restarting(), always);
    expect(byDefault.of('PipelineRestarted')).toHaveLength(10);
    expect(byDefault).toMatchObject({
      state: 'failed',
      failureReason: 'loop_restart was taken more than 10 times (max_restarts)',
    });
    const bounded = await walk(restarting(', max_restarts=2'), always);
    expect(bounded.of('PipelineRestarted')).toHaveLength(2);
  });

  test('a restart out of a branch restarts the run and drops the other branches', async () => {
    const run = await walk(
      `start -> fan
       fan [shape=component]
       join [shape=tripleoctagon]
       fan -> a -> join
       fan -> b -> join
       a -> fan [condition="context.again=yes", loop_restart=true]
       join -> exit`,
      { script: { a: [{ contextUpdates: { again: 'yes' } }, 'success'], b: [{ durationMs: 10 }] } },
    );
    expect(run.steps.map(({ key }) => key)).toEqual(['fan#1/a/a#1', 'fan#1/b/b#1', 'fan#2/a/a#1', 'fan#2/b/b#1']);
    expect(run.state).toBe('completed');
  });

  test('positions and executions count on over segments, and so does time', async () => {
    const script = { work: [{ contextUpdates: { again: 'yes' }, durationMs: 40 }, { durationMs: 60 }] };
    const run = await walk(restarting(), { script });
    expect(run.of('StageStarted').map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(run.steps.filter(({ nodeId }) => nodeId === 'work').map(({ execution }) => execution)).toEqual([0, 1]);
    expect(run.of('PipelineCompleted')).toMatchObject([{ durationMs: 100 }]);
  });
});

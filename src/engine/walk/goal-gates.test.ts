import { describe, expect, test } from 'vitest';
import { verifies } from '../../../test/support/verifies.ts';
import { walk } from '../../../test/support/walk.ts';

/** `gate` may fail and still leads on, so only the goal gate stands between it and the exit. */
const gated = (attributes: string, more = ''): string => `
  start -> plan -> gate
  gate [goal_gate=true${attributes}]
  gate -> check
  check [shape=diamond]
  check -> exit
  ${more}`;

describe('goal gates (3.4)', () => {
  verifies(
    ['goal-gate:no-target', 'parity:goal-gate-blocks', 'attr:node:goal_gate'],
    'an unsatisfied gate without any target fails the run and is named',
    async () => {
      const run = await walk(gated(''), { script: { gate: ['fail'] } });
      expect(run).toMatchObject({ state: 'failed', failureReason: 'Goal gate unsatisfied and no retry target' });
      expect(run.visited).not.toContain('exit');
      expect(run.of('GoalGateUnsatisfied')).toEqual([{ type: 'GoalGateUnsatisfied', node: 'gate' }]);
    },
  );

  verifies(
    ['goal-gate:last-outcome', 'parity:goal-gate-allows', 'walk:terminal'],
    'success and partial success satisfy it',
    async () => {
      expect((await walk(gated(''))).state).toBe('completed');
      expect((await walk(gated(''), { script: { gate: ['partial_success'] } })).state).toBe('completed');
    },
  );

  verifies('goal-gate:last-outcome', 'its latest outcome counts, not its best', async () => {
    const loop = `start -> gate -> check
      gate [goal_gate=true]
      check [shape=diamond]
      check -> again [condition="outcome=success"]
      check -> exit
      again -> gate`;
    const run = await walk(loop, { script: { gate: ['success', 'fail'] } });
    expect(run.state).toBe('failed');
    expect(run.of('GoalGateUnsatisfied')).toHaveLength(1);
  });

  verifies('goal-gate:visited-only', 'a gate that was never visited does not matter', async () => {
    const run = await walk(
      'start -> work -> exit\n work -> gate [condition="outcome=fail"]\n gate [goal_gate=true]\n gate -> exit',
    );
    expect(run.state).toBe('completed');
  });

  describe('the jump leads to the first target that is a node', () => {
    const own = ', retry_target=a, fallback_retry_target=b';
    const shared = 'graph [retry_target=c, fallback_retry_target=d]\n';
    const targets = ['a', 'b', 'c', 'd'].map((id) => `${id} -> gate`).join('\n');
    const target = async (text: string): Promise<string | undefined> =>
      (await walk(text, { script: { gate: ['fail', 'success'] } })).of('GoalGateUnsatisfied')[0]?.target;

    // A failing gate with a target of its own jumps right away (3.7): so these gates fail by a condition.
    const failing = (attributes: string): string =>
      gated(attributes, `gate -> check [condition="outcome=fail"]\n${targets}`);

    verifies(
      ['goal-gate:target-order', 'attr:graph:retry_target', 'attr:graph:fallback_retry_target'],
      "its own target, its fallback, the graph's target, the graph's fallback",
      async () => {
        expect(await target(shared + failing(own))).toBe('a');
        expect(await target(shared + failing(', retry_target=nowhere, fallback_retry_target=b'))).toBe('b');
        expect(await target(shared + failing(''))).toBe('c');
        expect(await target(`graph [fallback_retry_target=d]\n${failing('')}`)).toBe('d');
      },
    );

    test('and never to the exit, which could not satisfy it', async () => {
      expect(await target(`graph [fallback_retry_target=d]\n${failing(', retry_target=exit')}`)).toBe('d');
      const run = await walk(`graph [retry_target=exit]\n${gated('')}`, { script: { gate: ['fail'] } });
      expect(run.state).toBe('failed');
    });
  });

  verifies(
    ['goal-gate:rerun-before-exit', 'attr:node:goal_gate'],
    'the gate itself must run again before the run may exit',
    async () => {
      const text = `${gated('')}\n graph [retry_target=plan]\n plan -> exit [condition="context.shortcut=yes"]`;
      const run = await walk(text, {
        script: {
          gate: ['fail', 'success'],
          plan: ['success', { contextUpdates: { shortcut: 'yes' } }, { contextUpdates: { shortcut: 'no' } }],
        },
      });
      // The second plan leads straight to the exit, past the gate, and is sent back.
      expect(run.visited).toEqual(['start', 'plan', 'gate', 'check', 'plan', 'plan', 'gate', 'check', 'exit']);
      expect(run.state).toBe('completed');
    },
  );

  verifies('goal-gate:bounded', 'jumps count against the visit limit', async () => {
    const run = await walk(`graph [retry_target=plan, default_max_visits=4]\n${gated('')}`, {
      script: { gate: ['fail'] },
    });
    expect(run.visited.filter((node) => node === 'plan')).toHaveLength(4);
    expect(run).toMatchObject({ state: 'failed', failureReason: 'Goal gate gate unsatisfied after 4 visits of plan' });
  });

  verifies(
    ['goal-gate:in-branches', 'parallel:no-exit-checks-in-branch'],
    'gates inside branches are tracked, and checked at the exit only',
    async () => {
      const text = `graph [retry_target=fan]
      start -> fan
      fan [shape=component]
      join [shape=tripleoctagon]
      fan -> a -> join
      fan -> b -> join
      a [goal_gate=true]
      join -> exit`;
      const run = await walk(text, { script: { a: ['fail', 'success'] } });
      expect(run.visited).toEqual(['start', 'fan', 'join', 'fan', 'join', 'exit']);
      expect(run.of('GoalGateUnsatisfied')).toEqual([{ type: 'GoalGateUnsatisfied', node: 'a', target: 'fan' }]);
      expect(run.state).toBe('completed');
    },
  );

  test('a run that ends before the exit with an unsatisfied gate has failed (11.3)', async () => {
    const run = await walk(
      'start -> gate -> check\n gate [goal_gate=true]\n check [shape=diamond]\n check -> last [condition="outcome=fail"]',
      {
        script: { gate: ['fail'] },
      },
    );
    expect(run).toMatchObject({
      state: 'failed',
      failureReason: 'Goal gate gate unsatisfied and the exit was not reached',
    });
  });

  test('a skipped gate keeps the outcome it had', async () => {
    const run = await walk(
      'graph [retry_target=again]\n start -> gate -> exit\n gate [goal_gate=true]\n again -> gate',
      {
        script: { gate: ['skipped'] },
      },
    );
    // It recorded no outcome, so there is none that could block (5.2).
    expect(run.state).toBe('completed');
  });
});

import { expect, test } from 'vitest';
import type { Op, RunContext, Traversal } from '../../src/engine/ports/runtime.ts';
import type { Turn } from '../../src/engine/ports/journal.ts';
import { turnTypes } from '../../src/engine/ports/turns.ts';
import type { ScriptedStep } from '../support/runtime-world.ts';
import { verifies } from '../support/verifies.ts';
import type { Suite } from './runtime-suite.ts';

const done = {
  state: 'completed',
  outcome: { status: 'success' },
  context: {},
  spent: { calls: 0, tokens: 0, money: 0 },
} as const;

/** Waits for all of these, whatever else settles. */
async function all(run: RunContext, ops: readonly Op[]): Promise<void> {
  const open = new Set(ops);
  while (open.size > 0) {
    const { key } = await run.next([...open]);
    for (const op of open) if (op.key === key) open.delete(op);
  }
}

/** Nothing happens before what it follows from, so no duration is negative. */
function expectInOrder(turns: readonly Turn[]): void {
  const times = turns.map(({ at }) => at);
  expect(times).toEqual(times.toSorted((a, b) => a - b));
}

/** Timers, and segments with what is handed from one to the next. */
export function timeTests({ open }: Suite): void {
  const hour = 3_600_000;
  const sleeper: Traversal = async (run) => {
    await all(run, [run.timer('nap', hour)]);
    run.emit({ type: 'RunWarning', message: `woke at ${run.now()}` });
    return done;
  };

  verifies('durability:timer:survives', 'a timer keeps its due time over a crash and fires once', async () => {
    const scene = await open({ pipeline: sleeper });
    const dueAt = scene.world.clock.now() + hour;
    const first = await scene.begin();
    expect((await scene.seen()).waiting).toMatchObject([{ for: 'timer', key: 'nap', until: dueAt }]);
    await scene.advance(hour / 2);
    first.process.kill();
    await scene.advance(hour / 4);
    await scene.walk();
    expect((await scene.turnsOf('RunWarning')).map(({ payload }) => payload)).toEqual([
      { message: `woke at ${dueAt}` },
    ]);
  });

  verifies('durability:timer:survives', 'an overdue timer fires once, at once', async () => {
    const scene = await open({ pipeline: sleeper });
    const first = await scene.begin();
    first.process.kill();
    await scene.advance(5 * hour);
    expect(await scene.state()).toBe('interrupted');
    const late = scene.world.clock.now();
    expect((await scene.walk())?.state).toBe('completed');
    expect((await scene.turnsOf('RunWarning')).map(({ payload }) => payload)).toEqual([{ message: `woke at ${late}` }]);
  });

  verifies(
    'durability:timer:clock',
    'a timer fires once, in time, when the clock is set back, and at once when it is set past it',
    async () => {
      for (const [jump, then] of [
        [-2 * hour, hour / 2],
        [hour, 0],
      ] as const) {
        const scene = await open({ pipeline: sleeper });
        const { run } = await scene.begin();
        await scene.advance(hour / 2);
        scene.world.clock.set(jump);
        await scene.advance(then);
        expect((await run.done).state).toBe('completed');
        expect(await scene.turnsOf('RunWarning')).toHaveLength(1);
        expectInOrder((await scene.seen()).turns);
      }
    },
  );

  verifies(
    'durability:timer:clock',
    'a timer of a run that is resumed on a clock set back waits no longer than it was to wait at all',
    async () => {
      const scene = await open({ pipeline: sleeper });
      const first = await scene.begin();
      first.process.kill();
      scene.world.clock.set(-10 * hour);
      const { run } = await scene.begin();
      await scene.advance(hour);
      expect((await run.done).state).toBe('completed');
      expectInOrder((await scene.seen()).turns);
    },
  );

  verifies(
    'durability:timeout:clock',
    'the time limit of a step counts the time it ran, not what is done to the clock',
    async () => {
      const setup = {
        pipeline: 'a [timeout="10m"] start -> a -> exit',
        script: { a: [async (step: ScriptedStep) => step.held().then(() => 'success' as const)] },
      };
      const minute = 60_000;
      for (const jump of [hour, -hour]) {
        const late = await open(setup);
        const { run } = await late.begin();
        await late.advance(9 * minute);
        late.world.clock.set(jump);
        await late.advance(0);
        expect(late.world.aborted).toEqual([]);
        await late.advance(minute);
        expect((await run.done).state).toBe('failed');
        const inTime = await open(setup);
        const walking = await inTime.begin();
        inTime.world.clock.set(jump);
        inTime.world.release('a');
        await inTime.advance(0);
        expect((await walking.run.done).state).toBe('completed');
        expectInOrder((await inTime.seen()).turns);
        for (const { payload } of await inTime.turnsOf('StageCompleted'))
          expect((payload as { readonly durationMs: number }).durationMs).toBeGreaterThanOrEqual(0);
      }
    },
  );

  test('a dropped timer never settles', async () => {
    const scene = await open({
      pipeline: async (run) => {
        const short = run.timer('short', 1_000);
        const long = run.timer('long', 2_000);
        await run.next([short, long]);
        run.drop(long, 'no need');
        await all(run, [run.timer('longest', 5_000)]);
        return done;
      },
    });
    await scene.walk();
    expect((await scene.turnsOf(turnTypes.operationSettled)).map(({ key }) => key)).toEqual(['short', 'longest']);
  });

  verifies(
    'durability:segment:handoff',
    'a new segment finds its operations in flight by their keys, running or cut off',
    async () => {
      const call = {
        nodeId: 'work',
        handler: 'codergen',
        scope: '',
        visit: 1,
        attempt: 1,
        execution: 0,
        fidelity: 'compact',
      } as const;
      const handing: Traversal = async (run) => {
        const view = (): never =>
          ({
            graph: { nodes: new Map([['work', { attributes: new Map() }]]) },
            context: new Map(),
            history: [],
          }) as never;
        const work = run.node('work', { ...call, view });
        const nap = run.timer('nap', hour);
        if (run.segment < 2) {
          await all(run, [run.timer(`step ${run.segment}`, 1_000)]);
          run.handoff({ count: run.segment + 1 });
        }
        expect(run.handedOver).toEqual({ count: 2 });
        await all(run, [work, nap]);
        run.emit({ type: 'RunWarning', message: `done at ${run.now()}` });
        return done;
      };
      for (const killedInSegment of [undefined, 0, 1, 2]) {
        const scene = await open({
          pipeline: handing,
          script: { work: [async (step) => step.held().then(() => 'success' as const)] },
        });
        const dueAt = scene.world.clock.now() + hour;
        let walking = await scene.begin();
        for (const segment of [0, 1, 2]) {
          if (segment === killedInSegment) {
            walking.process.kill();
            walking = await scene.begin();
          }
          await scene.advance(1_000);
        }
        expect(scene.effects).toEqual(killedInSegment === undefined ? ['work'] : ['work', 'work']);
        scene.world.release('work');
        expect((await walking.finish())?.state).toBe('completed');
        expect(scene.world.aborted).toEqual([]);
        expect((await scene.turnsOf('RunWarning')).map(({ payload }) => payload)).toEqual([
          { message: `done at ${dueAt}` },
        ]);
        expect((await scene.turnsOf(turnTypes.segmentStarted)).map(({ payload }) => payload)).toMatchObject([
          { segment: 1 },
          { segment: 2 },
        ]);
      }
    },
  );

  test('a new segment may not forget an operation in flight', async () => {
    const scene = await open({
      pipeline: async (run) => {
        if (run.segment === 0) {
          run.timer('forgotten', hour);
          run.handoff(null);
        }
        await run.next([run.inbox()]);
        return done;
      },
    });
    await expect(scene.walk()).rejects.toThrow('forgotten');
  });

  const restarting = {
    pipeline: `start -> a -> b  b -> a [label="again", condition="outcome=fail", loop_restart=true]  b -> exit [condition="outcome=success"]`,
    script: { b: ['fail', 'fail', async (step: ScriptedStep) => step.held().then(() => 'success' as const)] },
  } as const;

  test('a resume in a later segment replays only that segment', async () => {
    const scene = await open(restarting);
    const first = await scene.begin();
    first.process.kill();
    expect(await scene.turnsOf(turnTypes.segmentStarted)).toHaveLength(2);
    // The first segments began at `start`, which this pipeline would not leave for `a`.
    scene.world.edit('later', `${restarting.pipeline} other start -> other [weight=5] other -> exit`);
    scene.world.release('b');
    expect((await scene.walk(undefined, 'later'))?.state).toBe('completed');
    expect(scene.effects).toEqual(['a', 'b', 'a', 'b', 'a', 'b', 'b']);
  });

  verifies('durability:R8:visits', 'budgets and visits count over restarts and crashes', async () => {
    for (const deaths of [[], [3], [5, 2], [4, 3]]) {
      const scene = await open({
        pipeline: `graph [budget.calls=5, budget.on_exhausted="fail"] ${restarting.pipeline}`,
        script: { b: ['fail'] },
      });
      for (const number of deaths) await scene.walk({ number, at: 'after' });
      expect((await scene.walk())?.state).toBe('failed');
      expect(new Set(scene.world.effects.map(({ key, runId }) => `${runId}/${key}`)).size).toBe(5);
    }
  });
}

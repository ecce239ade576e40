import fc from 'fast-check';
import { expect } from 'vitest';
import { turnTypes, type OperationStarted } from '../../src/engine/ports/turns.ts';
import { alwaysAnswers, durableFixture } from '../support/durable-fixture.ts';
import type { Death } from '../support/mortal-process.ts';
import { randomPipeline } from '../support/random-pipeline.ts';
import { randomScript } from '../support/random-script.ts';
import type { Scene } from '../support/runtime-scene.ts';
import { effectCounts, inFlight, storyOf } from '../support/runtime-story.ts';
import type { WorldSetup } from '../support/runtime-world.ts';
import { verifies } from '../support/verifies.ts';
import type { Suite } from './runtime-suite.ts';

/** R1 to R4: what is recorded, what runs again, and that nobody can tell afterwards. */
export function crashTests({ open, crashStride, randomRuns }: Suite): void {
  verifies(
    [
      'durability:R2:never-again',
      'durability:R2:same-result',
      'durability:R3:key',
      'durability:R4:deterministic',
      'defect:parallel-restarts',
    ],
    'a run killed at any write and resumed tells the story of an undisturbed one and repeats only what was in flight',
    async () => {
      const calm = await open(durableFixture);
      const walking = await calm.begin();
      expect((await walking.finish())?.state).toBe('completed');
      for (let number = 1; number <= walking.process.writes; number += crashStride) {
        for (const at of ['before', 'after'] as const) {
          const scene = await open(durableFixture);
          await survive(scene, [{ number, at }]);
          await expectSame(scene, calm);
          await scene.runtime.close();
        }
      }
    },
    120_000,
  );

  verifies(
    ['durability:R2:same-result', 'durability:R4:deterministic'],
    'any graph with any script, killed again and again, tells the story of an undisturbed run',
    async () => {
      const deaths = fc.array(
        fc.record({ number: fc.integer({ min: 1, max: 25 }), at: fc.constantFrom('before', 'after') }),
        { minLength: 1, maxLength: 4 },
      );
      await fc.assert(
        fc.asyncProperty(randomPipeline, deaths, async (pipeline, moments) => {
          const setup: WorldSetup = {
            pipeline,
            children: { child: 'start -> x -> exit' },
            script: randomScript,
            inputs: { n: '0' },
            interviewer: alwaysAnswers('?'),
          };
          const calm = await open(setup);
          await calm.walk();
          fc.pre(!(await hasChildInBranch(calm)));
          const scene = await open(setup);
          await survive(scene, moments);
          await expectSame(scene, calm);
          await Promise.all([calm.runtime.close(), scene.runtime.close()]);
        }),
        { seed: 7, numRuns: randomRuns },
      );
    },
    1_800_000,
  );

  verifies(
    ['durability:R2:never-again', 'durability:R2:same-result'],
    'a step that asks, and a merge of branches that does, ask once however often the run is killed',
    async () => {
      const question = {
        text: 'Which one?',
        type: 'MULTIPLE_CHOICE',
        options: [{ key: 'N', label: 'No' }],
        stage: 'join',
      } as const;
      const setup: WorldSetup = {
        pipeline: `fan [shape=component] join [shape=tripleoctagon]
          start -> work -> fan  fan -> a -> join  fan -> b -> join -> exit`,
        script: {
          work: [({ call: { answers } }) => (answers ? 'success' : { status: 'fail', question })],
          join: [({ call: { answers } }) => (answers ? 'success' : { status: 'fail', question })],
        },
        mergeBranches: 'ask',
        interviewer: alwaysAnswers('N'),
      };
      const calm = await open(setup);
      const walking = await calm.begin();
      expect((await walking.finish())?.state).toBe('completed');
      expect(calm.world.effects.map(({ key }) => key)).toEqual([
        'work#1',
        'work#1:answered#1',
        'fan#1/a/a#1',
        'fan#1/b/b#1',
        'join#1:merge',
        'join#1:merge:answered#1',
      ]);
      for (let number = 1; number <= walking.process.writes; number += 1) {
        const scene = await open(setup);
        await survive(scene, [{ number, at: 'after' }]);
        await expectSame(scene, calm);
        await scene.runtime.close();
      }
    },
  );

  verifies('durability:R1:commit-before-next', 'nothing starts before what it follows from is recorded', async () => {
    const recorded: string[] = [];
    const look = async (): Promise<'success'> => {
      const { turns } = await scene.seen();
      recorded.push(
        turns
          .filter(({ type }) => type.startsWith('Operation'))
          .map(({ type, key }) => `${type} ${key}`)
          .join(', '),
      );
      return 'success';
    };
    const scene = await open({ pipeline: 'start -> a -> b -> exit', script: { a: [look], b: [look] } });
    await scene.walk();
    expect(recorded).toEqual([
      'OperationStarted a#1',
      'OperationStarted a#1, OperationSettled a#1, OperationStarted b#1',
    ]);
  });

  verifies('durability:R4:deterministic', 'keys are paths of visits, branches and attempts', async () => {
    const scene = await open(durableFixture);
    await scene.walk();
    const keys = scene.world.effects.filter(({ runId }) => runId === scene.runId).map(({ key }) => key);
    expect(keys).toContain('fan#1/inner/inner#1/x/x#1');
    expect(keys).toContain('flaky#1@2');
    expect(keys).toContain('fan#2/left/leftmost#1');
    expect(keys).toContain('review#2');
    const started = (await scene.turnsOf(turnTypes.operationStarted)).map(({ key }) => key);
    expect(started).toContain('flaky#1:backoff');
    expect(started).toContain('gate#2');
    expect(new Set(keys).size).toBe(keys.length);
  });

  verifies(
    ['durability:R3:abort-signal'],
    'a branch that lost the race is told to end, and its result is never heard',
    async () => {
      const slow = { slow: [({ held }: { held(): Promise<void> }) => held().then(() => 'success' as const)] };
      const scene = await open({
        pipeline: `race [shape=component, join_policy=first_success] won [shape=tripleoctagon]
        start -> race  race -> quick -> won  race -> slow -> won -> exit`,
        script: slow,
      });
      expect((await scene.walk())?.state).toBe('completed');
      expect(scene.world.aborted).toEqual(['race#1/slow/slow#1']);
      expect((await scene.turnsOf(turnTypes.operationDropped)).map(({ key }) => key)).toContain('race#1/slow/slow#1');
      const settled = (await scene.turnsOf(turnTypes.operationSettled)).map(({ key }) => key);
      expect(settled).not.toContain('race#1/slow/slow#1');
    },
  );

  verifies(
    ['durability:R3:key', 'durability:R3:abort-signal'],
    'an operation in flight runs again with its key and finds what it left',
    async () => {
      const found: unknown[] = [];
      const scene = await open({
        pipeline: 'start -> a -> exit',
        script: {
          a: [
            async ({ services, held }): Promise<'success'> => {
              found.push([services.key, services.epoch, await services.earlier()]);
              await services.emit({ type: 'AgentText', text: `start ${services.epoch}` });
              await held();
              return 'success';
            },
          ],
        },
      });
      const first = await scene.begin();
      first.process.kill();
      scene.world.release('a');
      expect((await scene.walk())?.state).toBe('completed');
      expect(found).toEqual([
        ['a#1', 1, []],
        ['a#1', 2, [{ type: 'AgentText', text: 'start 1' }]],
      ]);
    },
  );

  verifies(
    'durability:R2:same-result',
    'a child that was dropped when its parent died is ended, not forgotten',
    async () => {
      const setup: WorldSetup = {
        pipeline: `boss [shape=house, stack.child_dotfile="child", manager.poll_interval="1s", manager.max_cycles=1]
        start -> boss  boss -> after [condition="outcome=fail"] after -> exit`,
        children: { child: 'start -> work -> exit' },
        script: { work: [({ held }) => held().then(() => 'success' as const)] },
      };
      const calm = await open(setup);
      const walking = await calm.begin();
      await walking.finish();
      for (let number = 1; number <= walking.process.writes; number += 1) {
        const scene = await open(setup);
        await survive(scene, [{ number, at: 'after' }]);
        await expectSame(scene, calm);
        const [child = ''] = await scene.runtime.children(scene.runId);
        expect((await scene.runtime.seen(child)).state).toBe('cancelled');
        await scene.runtime.close();
      }
    },
  );

  verifies(
    ['durability:R2:same-result', 'machine:command:cancel'],
    'a child in flight when its process died is cancelled with the run it belongs to',
    async () => {
      const scene = await open({
        pipeline: `sub [type="sub_pipeline", sub_pipeline.dotfile="child"] start -> sub -> exit`,
        children: { child: 'start -> work -> exit' },
        script: { work: [({ held }) => held().then(() => 'success' as const)] },
      });
      const first = await scene.begin();
      first.process.kill();
      await scene.send({ kind: 'cancel', reason: 'no longer wanted' });
      expect((await scene.walk())?.state).toBe('cancelled');
      const [child = ''] = await scene.runtime.children(scene.runId);
      expect((await scene.runtime.seen(child)).state).toBe('cancelled');
      expect(scene.effects).toEqual(['work']);
    },
  );
}

/** Walks the run to its end through processes that die. */
async function survive(scene: Scene, deaths: readonly Death[]): Promise<void> {
  const cut = new Map<string, number>();
  for (const death of [...deaths, undefined]) {
    const end = await scene.walk(death);
    if (end && death === undefined) break;
    if (end || ['completed', 'failed', 'cancelled'].includes(await scene.state())) break;
    for (const operation of await inFlight(scene.runtime, scene.runId))
      cut.set(operation, (cut.get(operation) ?? 0) + 1);
  }
  for (const [operation, count] of effectCounts(scene.world)) {
    expect(count, `effects of ${operation}`).toBeLessThanOrEqual(1 + (cut.get(operation) ?? 0));
  }
}

/** A child in a branch races the other branches: which of them comes first is chance, and may decide a join. */
async function hasChildInBranch(scene: Scene): Promise<boolean> {
  const started = await scene.turnsOf(turnTypes.operationStarted);
  return started.some(
    ({ key = '', payload }) => key.includes('/') && (payload as unknown as OperationStarted).kind === 'child',
  );
}

async function expectSame(scene: Scene, calm: Scene): Promise<void> {
  expect(await storyOf(scene.runtime, scene.runId)).toEqual(await storyOf(calm.runtime, calm.runId));
  expect([...effectCounts(scene.world).keys()].toSorted()).toEqual([...effectCounts(calm.world).keys()].toSorted());
}

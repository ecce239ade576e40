import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { alwaysAnswers, durableFixture } from '../../../test/support/durable-fixture.ts';
import { localRuntimeUnderTest } from '../../../test/support/local-runtime-under-test.ts';
import { randomPipeline } from '../../../test/support/random-pipeline.ts';
import { randomScript } from '../../../test/support/random-script.ts';
import { replayRun, toldBy, type ReplayParts } from '../../../test/support/replayed-run.ts';
import { Scene } from '../../../test/support/runtime-scene.ts';
import { World, type WorldSetup } from '../../../test/support/runtime-world.ts';
import { sized } from '../../../test/support/size.ts';
import { verifies } from '../../../test/support/verifies.ts';
import type { Journal } from '../../engine/ports/journal.ts';
import { MemoryStore, openMemoryJournal } from '../../journal/memory/memory-journal.ts';
import type { ReplayEnd } from './recorded-runtime.ts';

interface Stage {
  readonly scene: Scene;
  readonly journal: Journal;
}

/** A created run in a world of its own. */
async function open(setup: WorldSetup): Promise<Stage> {
  const world = new World(setup);
  const store = new MemoryStore();
  const home = { open: async (rule: object) => openMemoryJournal({ ...rule, store }), remove: async () => undefined };
  const runtime = await localRuntimeUnderTest(world, home, (traversal) => traversal);
  onTestFinished(() => runtime.close());
  const scene = new Scene(world, runtime);
  await scene.create(setup.inputs);
  return { scene, journal: openMemoryJournal({ store }) };
}

function replay({ scene, journal }: Stage, parts?: ReplayParts): ReturnType<typeof replayRun> {
  return replayRun(scene.world, journal, scene.runId, parts);
}

async function isOver({ scene }: Stage): Promise<boolean> {
  return ['completed', 'failed', 'cancelled'].includes(await scene.state());
}

/** Everything that was recorded of the run, its steps and its children is recorded of its replay. */
async function expectEqual({ scene, journal }: Stage, { difference, runId }: ReplayEnd & { readonly runId: string }) {
  expect(difference).toBeUndefined();
  expect(await toldBy(journal, runId)).toEqual(await toldBy(journal, scene.runId));
}

describe('a replay', () => {
  test('of a run with one of everything tells the same of run, steps and children, and starts nothing', async () => {
    const stage = await open(durableFixture);
    await stage.scene.walk();
    const effects = stage.scene.effects.length;
    const end = await replay(stage);
    expect(end).toMatchObject({ state: 'completed', isWhole: true });
    await expectEqual(stage, end);
    expect(stage.scene.effects).toHaveLength(effects);
    const children = await stage.journal.runs({ parent: stage.scene.runId });
    const replayed = await stage.journal.runs({ parent: end.runId });
    for (const child of children) {
      const again = replayed.find(({ parent }) => parent?.key === child.parent?.key);
      expect(await toldBy(stage.journal, again?.id ?? '')).toEqual(await toldBy(stage.journal, child.id));
    }
  });

  verifies(
    'durability:R4:deterministic',
    'of whatever graph with whatever script, killed on its way or not, is equal',
    async () => {
      const deaths = fc.array(
        fc.record({ number: fc.integer({ min: 1, max: 25 }), at: fc.constantFrom('before', 'after') }),
        { maxLength: 2 },
      );
      await fc.assert(
        fc.asyncProperty(randomPipeline, deaths, async (pipeline, moments) => {
          const stage = await open({
            pipeline,
            children: { child: 'start -> x -> exit' },
            script: randomScript,
            inputs: { n: '0' },
            interviewer: alwaysAnswers('?'),
          });
          for (const death of moments) if (!(await isOver(stage))) await stage.scene.walk(death);
          if (!(await isOver(stage))) await stage.scene.walk();
          await expectEqual(stage, await replay(stage));
          await stage.scene.runtime.close();
        }),
        { seed: 11, numRuns: sized({ everyday: 100, full: 5_000 }) },
      );
    },
    600_000,
  );

  test('hands the walk large results as the source did: long texts as references, everything else in its place', async () => {
    const many = Object.fromEntries(Array.from({ length: 300 }, (_, at) => [`key${at}`, 'x'.repeat(400)]));
    const stage = await open({
      pipeline: 'start -> a -> b -> c -> exit\n b -> exit [condition="context.key7=y"]',
      script: {
        a: [{ contextUpdates: { ...many, long: 'long '.repeat(40_000) } }],
        b: [{ contextUpdates: { list: [many] } }],
      },
    });
    await stage.scene.walk();
    await expectEqual(stage, await replay(stage));
  });

  test('of a run killed at any write leads as far as its record, without a word more', async () => {
    const calm = await open(durableFixture);
    const walking = await calm.scene.begin();
    await walking.finish();
    for (let number = 2; number <= walking.process.writes; number += 5) {
      const stage = await open(durableFixture);
      await stage.scene.walk({ number, at: 'before' });
      const end = await replay(stage);
      expect(end.difference, `killed before write ${number}`).toBeUndefined();
      expect(end).toMatchObject({ state: 'cancelled', isWhole: false });
      await stage.scene.runtime.close();
    }
  });

  test('of a run that was steered and cancelled hears the same commands at the same moments', async () => {
    const held = async ({ held: until }: { held(): Promise<void> }) => until().then(() => 'success' as const);
    const stage = await open({ pipeline: 'start -> a -> b -> exit', script: { b: [held] } });
    const walking = await stage.scene.begin();
    await stage.scene.send({ kind: 'steer', text: 'Hurry' });
    await stage.scene.send({ kind: 'cancel', reason: 'enough' });
    await walking.finish();
    expect(await stage.scene.state()).toBe('cancelled');
    const end = await replay(stage);
    expect(end).toMatchObject({ state: 'cancelled', isWhole: true });
    await expectEqual(stage, end);
  });

  test('takes its times from the record: a budget of time is exhausted where it was', async () => {
    const stage = await open({
      pipeline: `graph [budget.time="1s", budget.on_exhausted=fail]
        gate [shape=hexagon, timeout="5s", human.default_choice="b"] start -> gate -> b -> exit`,
    });
    await stage.scene.walk();
    expect(await stage.scene.state()).toBe('failed');
    await expectEqual(stage, await replay(stage));
  });

  test('that is told to stop ends as cancelled', async () => {
    const stage = await open(durableFixture);
    await stage.scene.walk();
    const end = await replay(stage, { signal: AbortSignal.abort() });
    expect(end).toMatchObject({ state: 'cancelled', isWhole: false, answers: 0 });
  });
});

describe('the first difference', () => {
  const pipeline = 'gate [shape=hexagon, label="Go on?"] start -> a -> gate -> b -> exit';
  const differenceWith = async (edited: string, parts: ReplayParts = {}): Promise<ReplayEnd['difference']> => {
    const stage = await open({ pipeline, interviewer: alwaysAnswers('B') });
    await stage.scene.walk();
    expect(await stage.scene.state()).toBe('completed');
    stage.scene.world.edit('edited', edited);
    const end = await replay(stage, { edited: 'edited', ...parts });
    const row = await stage.journal.run(end.runId);
    expect(row?.state).toBe(end.difference ? 'failed' : 'completed');
    return end.difference;
  };

  test('is another node in the place of the recorded one', async () => {
    expect(await differenceWith(pipeline.replace('-> a', '-> x'))).toEqual({
      runId: 'run',
      operation: 'x#1',
      what: 'order',
      recorded: 'StageStarted a#1 (codergen)',
      asked: 'StageStarted x#1 (codergen)',
    });
  });

  test('is another kind of node', async () => {
    expect(await differenceWith(`a [shape=parallelogram] ${pipeline}`)).toMatchObject({
      operation: 'a#1',
      recorded: 'StageStarted a#1 (codergen)',
      asked: 'StageStarted a#1 (tool)',
    });
  });

  test('is another question', async () => {
    expect(await differenceWith(pipeline.replace('Go on?', 'Really go on?'))).toEqual({
      runId: 'run',
      operation: 'gate#1',
      node: 'gate',
      what: 'question',
      recorded: 'Go on?  (MULTIPLE_CHOICE)\n[B] b -> b',
      asked: 'Really go on?  (MULTIPLE_CHOICE)\n[B] b -> b',
    });
  });

  test('is a walk that goes on where the record ends, or ends where the record goes on', async () => {
    expect(await differenceWith(pipeline.replace('b -> exit', 'b -> c -> exit'))).toMatchObject({ what: 'order' });
    expect(await differenceWith(pipeline.replace('gate -> b ->', 'gate -> exit [label="B"] b ->'))).toMatchObject({
      what: 'question',
    });
  });

  test('is none where what was changed is never asked', async () => {
    expect(await differenceWith(`a [label="Another name"] ${pipeline}`)).toBeUndefined();
  });
});

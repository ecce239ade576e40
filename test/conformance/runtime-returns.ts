import { expect, test } from 'vitest';
import type { Turn } from '../../src/engine/ports/journal.ts';
import { turnTypes } from '../../src/engine/ports/turns.ts';
import { durableFixture } from '../support/durable-fixture.ts';
import type { Scene } from '../support/runtime-scene.ts';
import { storyOf } from '../support/runtime-story.ts';
import type { ScriptedStep } from '../support/runtime-world.ts';
import { verifies } from '../support/verifies.ts';
import type { Suite } from './runtime-suite.ts';

const held = async (step: ScriptedStep): Promise<'success'> => step.held().then(() => 'success' as const);

/** R2, R4 and R9 over the tree of the journal: a run goes on from any turn, as another one or as itself. */
export function returnTests({ open, crashStride }: Suite): void {
  verifies(
    ['returning:every-turn', 'durability:R2:never-again'],
    'a fork at any turn tells the story of its source, and does nothing again that was done there',
    async () => {
      const calm = await open(durableFixture);
      await calm.walk();
      const story = await ownStory(calm);
      const turns = await calm.runtime.tail(calm.runId);
      for (let index = 0; index < turns.length; index += crashStride) {
        const { seq } = turns[index] as Turn;
        const fork = await calm.fork(`fork-${seq}`, seq);
        await fork.walk();
        expect(await ownStory(fork), `forked at ${describe(turns[index])}`).toEqual(story);
        expectNothingTwice(fork, turns.slice(0, index + 1));
      }
      expect(await ownStory(calm)).toEqual(story);
      expect(await calm.runtime.tail(calm.runId)).toEqual(turns);
    },
    120_000,
  );

  verifies(
    ['returning:every-turn', 'returning:rewind'],
    'a run taken back to any of its turns, again and again, ends as it did and does only what came after',
    async () => {
      const scene = await open(durableFixture);
      await scene.walk();
      const story = await ownStory(scene);
      const count = (await scene.runtime.tail(scene.runId)).length;
      for (let index = 0; index < count; index += Math.max(crashStride, 10)) {
        const turns = (await scene.runtime.tail(scene.runId)).filter(({ type }) => type !== turnTypes.runRewound);
        const { seq } = turns[index] as Turn;
        scene.world.effects.length = 0;
        await scene.runtime.rewind(scene.runId, seq);
        expect(await scene.state()).toBe('interrupted');
        await scene.walk();
        expect(await ownStory(scene), `back to ${describe(turns[index])}`).toEqual(story);
        expectNothingTwice(scene, turns.slice(0, index + 1));
      }
    },
    120_000,
  );

  verifies('returning:child', 'a child in flight goes on from its own state, in a run of its own', async () => {
    const scene = await open({
      pipeline: 'sub [type="sub_pipeline", sub_pipeline.dotfile="child"] start -> sub -> exit',
      children: { child: 'start -> one -> two -> exit' },
      script: { two: [held, 'success'] },
    });
    const first = await scene.begin();
    const [child = ''] = await scene.runtime.children(scene.runId);
    const { seq } = (await scene.runtime.tail(scene.runId)).at(-1) as Turn;
    const early = await scene.fork('early', seq);
    scene.world.release('two');
    await first.finish();
    expect((await early.walk())?.state).toBe('completed');
    const [forked = ''] = await scene.runtime.children('early');
    expect(forked).not.toBe(child);
    // The turn of the parent was recorded before the child had begun.
    expect(effectsOf(scene, forked)).toEqual(['one', 'two']);
    expect(effectsOf(scene, child)).toEqual(['one', 'two']);
  });

  verifies('returning:child', 'what a child had done by then is not done again', async () => {
    const scene = await open({
      pipeline: `fan [shape=component] join [shape=tripleoctagon]
        sub [type="sub_pipeline", sub_pipeline.dotfile="child"]
        start -> fan  fan -> sub -> join  fan -> slow -> join  join -> exit`,
      children: { child: 'start -> one -> two -> exit' },
      script: { two: [held], slow: [async (step) => (await note(step), held(step))] },
    });
    const first = await scene.begin();
    const late = (await scene.runtime.tail(scene.runId)).findLast(({ type }) => type === 'ToolOutput') as Turn;
    const [child = ''] = await scene.runtime.children(scene.runId);
    first.process.kill();
    const fork = await scene.fork('fork', late.seq);
    for (const node of ['two', 'slow']) scene.world.release(node);
    expect((await fork.walk())?.state).toBe('completed');
    const [forked = ''] = await scene.runtime.children('fork');
    const done = (await scene.runtime.tail(child)).filter(({ seq }) => seq <= late.seq).map(settledKey);
    expect(effectsOf(scene, forked)).toEqual(['one', 'two'].filter((node) => !done.includes(`${node}#1`)));
    expect((await scene.runtime.seen(child)).state).toBe('interrupted');
  });

  verifies(
    ['returning:earlier', 'durability:R3:key'],
    'an operation in flight then is told what it had told, and that it is not its first start',
    async () => {
      const told: unknown[] = [];
      const talk = async (step: ScriptedStep): Promise<'success'> => {
        told.push([step.services.epoch, await step.services.earlier()]);
        for (const text of ['one', 'two', 'three'])
          await step.services.emit({ type: 'ToolOutput', stream: 'stdout', text });
        return held(step);
      };
      const scene = await open({ pipeline: 'start -> work -> exit', script: { work: [talk] } });
      const first = await scene.begin();
      first.process.kill();
      const said = (await scene.runtime.tail(scene.runId)).filter(({ type }) => type === 'ToolOutput');
      scene.world.release('work');
      await (await scene.fork('fork', said[1]!.seq)).walk();
      await scene.runtime.rewind(scene.runId, said[0]!.seq);
      await scene.walk();
      const output = (text: string) => ({ type: 'ToolOutput', stream: 'stdout', text });
      const higher = expect.any(Number) as unknown;
      expect(told).toEqual([
        [1, []],
        [higher, [output('one'), output('two')]],
        [higher, [output('one')]],
      ]);
    },
  );

  test('what was started only after the turn is started under a higher epoch after a rewind, knowing nothing', async () => {
    const starts: unknown[] = [];
    const look = async (step: ScriptedStep): Promise<'success'> => {
      starts.push([step.services.epoch > 1, await step.services.earlier()]);
      await note(step);
      return 'success';
    };
    const scene = await open({ pipeline: 'start -> a -> b -> exit', script: { b: [look] } });
    await scene.walk();
    const settled = await scene.turnsOf(turnTypes.operationSettled);
    await scene.runtime.rewind(scene.runId, settled[0]!.seq);
    await scene.walk();
    expect(starts).toEqual([
      [false, []],
      [true, []],
    ]);
  });

  test('a command acted on after the turn is not acted on again', async () => {
    const scene = await open({ pipeline: 'start -> a -> b -> exit', script: { b: [held] } });
    const first = await scene.begin();
    const { seq } = (await scene.turnsOf(turnTypes.operationSettled))[0]!;
    await scene.send({ kind: 'cancel', reason: 'enough' });
    expect((await first.finish())?.state).toBe('cancelled');
    scene.world.release('b');
    await scene.runtime.rewind(scene.runId, seq);
    expect((await scene.walk())?.state).toBe('completed');
    expect((await (await scene.fork('fork', seq)).walk())?.state).toBe('completed');
  });

  test('a fork may be made while its source is walked, and neither disturbs the other', async () => {
    const scene = await open({ pipeline: 'start -> a -> b -> exit', script: { b: [held] } });
    const first = await scene.begin();
    const { seq } = (await scene.runtime.tail(scene.runId)).at(-1)!;
    const fork = await scene.fork('fork', seq);
    const second = await fork.begin();
    scene.world.release('b');
    expect([(await first.finish())?.state, (await second.finish())?.state]).toEqual(['completed', 'completed']);
    expect(scene.effects).toEqual(['a', 'b', 'b']);
  });

  verifies(
    ['returning:edit', 'durability:R9:first-difference'],
    'a pipeline that does not lead through the record up to the turn is refused with the first difference',
    async () => {
      const scene = await open({ pipeline: 'start -> a -> b -> exit' });
      await scene.walk();
      const settled = await scene.turnsOf(turnTypes.operationSettled);
      scene.world.edit('edited', 'start -> a -> c -> exit');
      const early = await scene.fork('early', settled[0]!.seq);
      expect((await early.walk(undefined, 'edited'))?.state).toBe('completed');
      expect(effectsOf(scene, 'early')).toEqual(['c']);
      const late = await scene.fork('late', settled[1]!.seq);
      await expect(late.walk(undefined, 'edited')).rejects.toMatchObject({
        code: 'RUN_DIVERGED',
        details: { recorded: 'StageStarted b#1 (codergen)', walked: 'StageStarted c#1 (codergen)' },
      });
      expect((await scene.runtime.tail('late')).at(-1)?.seq).toBe(settled[1]!.seq);
    },
  );
}

const note = ({ services }: ScriptedStep): Promise<void> =>
  services.emit({ type: 'ToolOutput', stream: 'stdout', text: 'said' });

/**
 * Where the run went at its top level, what it came to, and all that was done. Branches that a turn in the middle of a
 * commit has parted may settle in another order.
 */
async function ownStory(scene: Scene): Promise<unknown> {
  const { state, events } = await storyOf(scene.runtime, scene.runId);
  // What `storyOf` tells of a turn.
  const told = events as unknown as readonly {
    type: string;
    key?: string;
    payload: { scope?: string; name?: string };
  }[];
  const visits = told.filter(({ type, payload }) => type === 'StageStarted' && payload.scope === '');
  return {
    state,
    visited: visits.map(({ payload }) => payload.name),
    // A fork of an end ends once more.
    ended: told.findLast(({ type }) => type === turnTypes.runEnded)?.payload,
    done: [...new Set(told.map(({ type, key }) => `${type} ${key ?? ''}`))].toSorted(),
  };
}

/** What had settled by then has no effect again, and nothing has one twice. */
function expectNothingTwice(scene: Scene, before: readonly Turn[]): void {
  const settled = new Set(before.map(settledKey));
  const keys = scene.world.effects.filter(({ runId }) => runId === scene.runId).map(({ key }) => key);
  expect(keys.filter((key) => settled.has(key))).toEqual([]);
  expect(new Set(keys).size).toBe(keys.length);
}

function settledKey({ type, key }: Turn): string | undefined {
  return type === turnTypes.operationSettled ? key : undefined;
}

function effectsOf(scene: Scene, runId: string): readonly string[] {
  return scene.world.effects.filter((effect) => effect.runId === runId).map(({ nodeId }) => nodeId);
}

function describe(turn: Turn | undefined): string {
  return `turn ${turn?.seq} ${turn?.type} ${turn?.key ?? ''}`;
}

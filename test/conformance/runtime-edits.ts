import { expect, test } from 'vitest';
import { turnTypes } from '../../src/engine/ports/turns.ts';
import type { Scene } from '../support/runtime-scene.ts';
import type { ScriptedStep, WorldSetup } from '../support/runtime-world.ts';
import { verifies } from '../support/verifies.ts';
import type { Suite } from './runtime-suite.ts';

const held = async (step: ScriptedStep): Promise<'success'> => step.held().then(() => 'success' as const);

/** R9: an edited pipeline is resumed where the recorded walk leads through it. */
export function editTests({ open }: Suite): void {
  const setup: WorldSetup = {
    pipeline: 'a [prompt="one"] b [prompt="two"] start -> a -> b -> exit',
    script: { b: [held] },
  };

  /** A run that was killed while `b` was at work. */
  async function cutOff(): Promise<Scene> {
    const scene = await open(setup);
    const first = await scene.begin();
    first.process.kill();
    scene.world.release('b');
    return scene;
  }

  verifies(
    ['durability:R9:edited-pipeline', 'durability:R9:bundle'],
    'a node not reached yet may be added; nothing finished runs again',
    async () => {
      const scene = await cutOff();
      scene.world.edit('edited', 'a [prompt="other"] b [prompt="two"] start -> a -> b -> c -> exit');
      expect((await scene.walk(undefined, 'edited'))?.state).toBe('completed');
      expect(scene.effects).toEqual(['a', 'b', 'b', 'c']);
      expect((await scene.turnsOf(turnTypes.pipelineEdited)).map(({ payload }) => payload)).toEqual([
        { bundle: 'edited' },
      ]);
    },
  );

  verifies('durability:R9:edited-pipeline', 'a later resume goes on with the pipeline it was edited to', async () => {
    const scene = await open({ ...setup, script: { b: [held], c: [held] } });
    (await scene.begin()).process.kill();
    scene.world.edit('edited', 'a [prompt="one"] b [prompt="two"] start -> a -> b -> c -> exit');
    scene.world.release('b');
    (await scene.begin(undefined, 'edited')).process.kill();
    scene.world.release('c');
    expect((await scene.walk())?.state).toBe('completed');
    expect(scene.effects).toEqual(['a', 'b', 'b', 'c', 'c']);
  });

  verifies(
    'durability:R9:first-difference',
    'a pipeline through which the record does not lead is refused with the first difference',
    async () => {
      const scene = await cutOff();
      scene.world.edit('edited', 'start -> x -> b -> exit');
      const refusal = {
        code: 'RUN_DIVERGED',
        details: { recorded: 'StageStarted a#1 (codergen)', walked: 'StageStarted x#1 (codergen)' },
      };
      const before = (await scene.seen()).turns.length;
      await expect(scene.walk(undefined, 'edited')).rejects.toMatchObject(refusal);
      expect((await scene.seen()).turns).toHaveLength(before);
      expect((await scene.walk())?.state).toBe('completed');
    },
  );

  verifies('durability:R9:first-difference', 'another kind of handler is a difference', async () => {
    const scene = await cutOff();
    scene.world.edit('edited', 'a [shape=parallelogram] b [prompt="two"] start -> a -> b -> exit');
    await expect(scene.walk(undefined, 'edited')).rejects.toMatchObject({
      details: { recorded: 'StageStarted a#1 (codergen)', walked: 'StageStarted a#1 (tool)' },
    });
  });

  verifies('durability:R9:first-difference', 'a pipeline that ends before the record does is refused', async () => {
    const scene = await open({ pipeline: 'start -> a -> b -> exit', script: { b: [held] } });
    (await scene.begin()).process.kill();
    scene.world.edit('edited', 'start -> a -> exit b');
    await expect(scene.walk(undefined, 'edited')).rejects.toMatchObject({ code: 'RUN_DIVERGED' });
  });

  test('a call in flight that the pipeline says otherwise now is a new attempt, with a key of its own', async () => {
    const scene = await cutOff();
    scene.world.edit('edited', 'a [prompt="one"] b [prompt="changed"] start -> a -> b -> exit');
    expect((await scene.walk(undefined, 'edited'))?.state).toBe('completed');
    expect(scene.world.effects.map(({ key }) => key)).toEqual(['a#1', 'b#1', 'b#1@2']);
    expect(await scene.commands()).toEqual([{ kind: 'retry', node: 'b', operation: 'b#1' }]);
  });

  test('a question that the pipeline puts otherwise now is put anew, and an answer to the old one is refused', async () => {
    const ask = (label: string): string => `gate [shape=hexagon, label="${label}"]
      start -> gate  gate -> a [label="[Y] Yes"]  gate -> b [label="[N] No"]  a -> exit  b -> exit`;
    const scene = await open({ pipeline: ask('Ship it?') });
    await scene.walk();
    await scene.send({ kind: 'answer', question: 'gate#1', answer: 'Y' });
    scene.world.edit('edited', ask('Delete it?'));
    expect((await scene.walk(undefined, 'edited'))?.state).toBe('waiting');
    expect((await scene.seen()).waiting).toMatchObject([{ key: 'gate#1@2', question: 'Delete it?' }]);
    expect(await scene.turnsOf(turnTypes.answerRefused)).toHaveLength(1);
  });
}

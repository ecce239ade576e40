import { setImmediate as nextLoopTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { turnTypes } from '../../src/engine/ports/turns.ts';
import type { ScriptedStep, WorldSetup } from '../support/runtime-world.ts';
import { verifies } from '../support/verifies.ts';
import type { Suite } from './runtime-suite.ts';

const held = async (step: ScriptedStep): Promise<'success'> => {
  await step.held();
  return 'success';
};

const twoSteps: WorldSetup = { pipeline: 'start -> a -> b -> exit', script: { a: [held] } };

/** Steer, pause, cancel: what other processes ask of a run. */
export function commandTests({ open }: Suite): void {
  verifies(
    'durability:R5:inbox-order',
    'commands are given to the walk once each, in order of arrival, over crashes too',
    async () => {
      const scene = await open(twoSteps);
      const steer = (text: string): Promise<unknown> => scene.send({ kind: 'steer', text });
      await steer('one');
      const first = await scene.begin();
      await steer('two');
      await scene.send({ kind: 'steer', text: 'three' }, 'same id');
      expect(await scene.send({ kind: 'steer', text: 'three again' }, 'same id')).toBe('already');
      first.process.kill();
      await steer('four');
      await scene.begin();
      await steer('five');
      expect((await scene.commands()).map((command) => command.kind === 'steer' && command.text)).toEqual([
        'one',
        'two',
        'three',
        'four',
        'five',
      ]);
    },
  );

  test('a command that lies between others keeps its place, whatever its kind', async () => {
    const scene = await open({
      pipeline: `gate [shape=hexagon] start -> gate  gate -> a [label="[Y] Yes"]  gate -> b [condition="outcome=fail"]  a -> exit  b -> exit`,
    });
    await scene.walk();
    await scene.send({ kind: 'steer', text: 'before' });
    await scene.send({ kind: 'skip', node: 'gate' });
    await scene.send({ kind: 'answer', question: 'gate#1', answer: 'Y' });
    await scene.walk();
    const order = (await scene.seen()).turns
      .map(({ type }) => type)
      .filter((type) => ['SteeringReceived', 'StageFailed', turnTypes.answerRefused].includes(type));
    expect(order).toEqual(['SteeringReceived', 'StageFailed', turnTypes.answerRefused]);
    expect(scene.effects).toEqual(['b']);
  });

  test('a pause lets running steps end, starts nothing new, and a resume goes on', async () => {
    const scene = await open(twoSteps);
    const walking = await scene.begin();
    await scene.send({ kind: 'pause' });
    expect(await scene.state()).toBe('running');
    scene.world.release('a');
    expect((await walking.run.done).state).toBe('paused');
    expect(await scene.state()).toBe('paused');
    expect(scene.effects).toEqual(['a']);
    expect((await scene.walk())?.state).toBe('completed');
    expect(scene.effects).toEqual(['a', 'b']);
  });

  test('a paused step that does not end in time is interrupted, and begun again by the resume', async () => {
    const scene = await open(twoSteps);
    const walking = await scene.begin();
    walking.run.pause();
    await scene.advance(9_000);
    expect(scene.world.aborted).toEqual([]);
    await scene.advance(1_000);
    expect((await walking.run.done).state).toBe('paused');
    expect(scene.world.aborted).toEqual(['a#1']);
    scene.world.release('a');
    expect((await scene.walk())?.state).toBe('completed');
    expect(scene.effects).toEqual(['a', 'a', 'b']);
  });

  test('a pause holds over the beginning of a new segment', async () => {
    const scene = await open({
      pipeline:
        'start -> a -> b  b -> a [condition="outcome=fail", loop_restart=true]  b -> exit [condition="outcome=success"]',
      script: { b: [async (step) => step.held().then(() => 'fail' as const), 'success'] },
    });
    const walking = await scene.begin();
    await scene.send({ kind: 'pause' });
    scene.world.release('b');
    expect((await walking.finish())?.state).toBe('paused');
    expect(scene.effects).toEqual(['a', 'b']);
    expect((await scene.walk())?.state).toBe('completed');
    expect(scene.effects).toEqual(['a', 'b', 'a', 'b']);
  });

  test('a parent is paused with its child', async () => {
    const scene = await open({
      pipeline: 'sub [type="sub_pipeline", sub_pipeline.dotfile="child"] start -> sub -> exit',
      children: { child: twoSteps.pipeline },
      script: twoSteps.script ?? {},
    });
    const walking = await scene.begin();
    const [child = ''] = await scene.runtime.children(scene.runId);
    await scene.runtime.send(child, { kind: 'pause' });
    await scene.world.quiet();
    scene.world.release('a');
    expect((await walking.finish())?.state).toBe('paused');
    expect((await scene.walk())?.state).toBe('completed');
  });

  verifies('durability:R3:abort-signal', 'a cancel ends what runs, and then the run', async () => {
    const scene = await open(twoSteps);
    const walking = await scene.begin();
    await scene.send({ kind: 'cancel', reason: 'enough' });
    expect((await walking.run.done).state).toBe('cancelled');
    expect(scene.world.aborted).toEqual(['a#1']);
    expect(await scene.state()).toBe('cancelled');
    await expect(scene.walk()).rejects.toMatchObject({ code: 'RUN_FINISHED' });
  });

  test('the end is recorded only when nothing of the run lives any more', async () => {
    const stubborn = async ({ services }: ScriptedStep): Promise<'success'> => {
      await new Promise((resolve) => services.signal.addEventListener('abort', resolve));
      await nextLoopTurn();
      states.push(await scene.state());
      return 'success';
    };
    const states: string[] = [];
    const scene = await open({ pipeline: 'start -> a -> exit', script: { a: [stubborn] } });
    const walking = await scene.begin();
    walking.run.cancel('enough');
    expect((await walking.finish())?.state).toBe('cancelled');
    expect(states).toEqual(['running']);
  });

  test('a cancel that lies in the inbox ends the run without starting again what was in flight', async () => {
    const scene = await open(twoSteps);
    const first = await scene.begin();
    first.process.kill();
    await scene.send({ kind: 'cancel', reason: 'enough' });
    expect((await scene.walk())?.state).toBe('cancelled');
    expect(scene.effects).toEqual(['a']);
  });

  test('a cancelled parent cancels its child', async () => {
    const scene = await open({
      pipeline: 'sub [type="sub_pipeline", sub_pipeline.dotfile="child"] start -> sub -> exit',
      children: { child: twoSteps.pipeline },
      script: twoSteps.script ?? {},
    });
    const walking = await scene.begin();
    walking.run.cancel('enough');
    expect((await walking.finish())?.state).toBe('cancelled');
    const [child = ''] = await scene.runtime.children(scene.runId);
    expect((await scene.runtime.seen(child)).state).toBe('cancelled');
  });
}

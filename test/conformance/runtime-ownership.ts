import { expect } from 'vitest';
import type { ScriptedStep } from '../support/runtime-world.ts';
import { verifies } from '../support/verifies.ts';
import type { Suite } from './runtime-suite.ts';

const setup = {
  pipeline: 'start -> a -> exit',
  script: { a: [async (step: ScriptedStep) => step.held().then(() => 'success' as const)] },
};

/** R5: one walk per run. */
export function ownershipTests({ open }: Suite): void {
  verifies(
    'durability:R5:lease',
    'a second owner is refused, and told who holds the run and when it was last heard of',
    async () => {
      const scene = await open(setup);
      const first = await scene.begin();
      await scene.advance(2_000);
      await expect(scene.walk()).rejects.toMatchObject({
        code: 'RUN_HELD',
        details: { pid: first.process.pid, ageMs: 2_000 },
      });
      await scene.advance(60_000);
      await expect(scene.walk()).rejects.toMatchObject({ code: 'RUN_HELD' });
      scene.world.release('a');
      expect((await first.finish())?.state).toBe('completed');
    },
  );

  verifies(
    ['durability:R5:takeover', 'durability:R5:states'],
    'a run whose owner is dead is interrupted, and anybody may go on with it',
    async () => {
      const scene = await open(setup);
      const first = await scene.begin();
      expect(await scene.state()).toBe('running');
      first.process.kill();
      expect(await scene.state()).toBe('interrupted');
      scene.world.release('a');
      expect((await scene.walk())?.state).toBe('completed');
    },
  );

  verifies(
    'durability:R5:fencing',
    'an owner that was taken over while it slept stops its steps and writes nothing more',
    async () => {
      const scene = await open(setup);
      const first = await scene.begin();
      first.process.freeze();
      await scene.advance(31_000);
      const second = await scene.begin();
      expect(second.process.pid).not.toBe(first.process.pid);
      const before = (await scene.seen()).turns.length;
      first.process.thaw();
      await scene.advance(0);
      await expect(first.run.done).rejects.toMatchObject({ code: 'RUN_FENCED' });
      expect(scene.world.aborted).toEqual(['a#1']);
      expect((await scene.seen()).turns).toHaveLength(before);
      scene.world.release('a');
      expect((await second.finish())?.state).toBe('completed');
      expect((await scene.turnsOf('StageCompleted')).filter(({ key }) => key === 'a#1')).toHaveLength(1);
    },
  );

  verifies(
    'durability:R5:clock',
    'an owner keeps its run when the clock is set forward or back and when the machine has slept, before its next heartbeat too',
    async () => {
      for (const jump of [3_600_000, -3_600_000]) {
        const scene = await open(setup);
        const first = await scene.begin();
        await scene.advance(4_000);
        scene.world.clock.set(jump);
        expect(await scene.state()).toBe('running');
        await expect(scene.walk()).rejects.toMatchObject({ code: 'RUN_HELD', details: { ageMs: 4_000 } });
        await scene.advance(60_000);
        await expect(scene.walk()).rejects.toMatchObject({ code: 'RUN_HELD', details: { ageMs: 0 } });
        scene.world.release('a');
        expect((await first.finish())?.state).toBe('completed');
      }
    },
  );

  verifies('durability:R5:clock', 'a dead or silent owner loses its run however the clock is set', async () => {
    for (const jump of [0, -3_600_000]) {
      for (const end of ['kill', 'freeze'] as const) {
        const scene = await open(setup);
        const first = await scene.begin();
        first.process[end]();
        scene.world.clock.set(jump);
        if (end === 'freeze') await scene.advance(31_000);
        scene.world.release('a');
        expect((await scene.walk())?.state).toBe('completed');
      }
    }
  });
}

import { expect, test } from 'vitest';
import type { Json } from '../../src/shared/json.ts';
import { storyOf } from '../support/runtime-story.ts';
import type { ScriptedStep, WorldSetup } from '../support/runtime-world.ts';
import { verifies } from '../support/verifies.ts';
import type { Suite } from './runtime-suite.ts';

/** What the walk sees of results: exactly what the journal kept, live and after a crash. */
export function valueTests({ open }: Suite): void {
  /** `make` sets `value`; `use` tells what it sees of it. The process dies after `make` unless told not to. */
  async function seenBy(
    value: Json,
    dies: boolean,
  ): Promise<{ readonly seen: Json | undefined; readonly story: unknown }> {
    let seen: Json | undefined;
    const setup: WorldSetup = {
      pipeline: 'start -> make -> wait -> use -> exit',
      script: {
        make: [{ contextUpdates: { value } }],
        wait: [async (step: ScriptedStep) => step.held().then(() => 'success' as const)],
        use: [
          ({ call }) => {
            seen = call.context.get('value');
            return 'success';
          },
        ],
      },
    };
    const scene = await open(setup);
    const first = await scene.begin();
    scene.world.release('wait');
    if (dies) {
      first.process.kill();
      await scene.walk();
    } else {
      await first.finish();
    }
    return { seen, story: await storyOf(scene.runtime, scene.runId) };
  }

  verifies(
    'durability:R6:blobs',
    'a large text is a reference for the walk, live and after a crash alike',
    async () => {
      const text = 'long '.repeat(20_000);
      const live = await seenBy(text, false);
      expect(live.seen).toMatchObject({ $blob: expect.stringMatching(/^[0-9a-f]{64}$/), bytes: text.length });
      expect(await seenBy(text, true)).toEqual(live);
    },
  );

  test('a large value of many small members keeps its shape for the walk', async () => {
    const value = Object.fromEntries(Array.from({ length: 6_000 }, (_, index) => [`key ${index}`, `value ${index}`]));
    const live = await seenBy(value, false);
    expect(live.seen).toEqual(value);
    expect((await seenBy(value, true)).seen).toEqual(value);
  });

  verifies('durability:redaction:walk', 'the walk sees only what the journal kept of a secret', async () => {
    const token = `ghp_${'a1B2'.repeat(9)}`;
    const live = await seenBy(`token ${token}`, false);
    expect(JSON.stringify(live)).not.toContain(token);
    expect(live.seen).toMatch(/^token \[redacted:/);
    expect(await seenBy(`token ${token}`, true)).toEqual(live);
  });
}

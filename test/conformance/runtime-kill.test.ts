import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { expect, onTestFinished } from 'vitest';
import { MemoryStore, openMemoryJournal } from '../../src/journal/memory/memory-journal.ts';
import { openSqliteJournal } from '../../src/journal/sqlite/sqlite-journal.ts';
import { durableFixture } from '../support/durable-fixture.ts';
import { localRuntimeUnderTest, type JournalHome } from '../support/local-runtime-under-test.ts';
import { Scene } from '../support/runtime-scene.ts';
import { effectCounts, inFlight, storyOf } from '../support/runtime-story.ts';
import { World } from '../support/runtime-world.ts';
import { sized } from '../support/size.ts';
import { verifies } from '../support/verifies.ts';

const program = fileURLToPath(new URL('../support/durable-process.ts', import.meta.url));

/** Walks the fixture in a process of its own; resolves with the signal that ended it, or null. */
async function walkInProcess(folder: string, effects: string, failpoints: string): Promise<NodeJS.Signals | null> {
  const child = spawn(process.execPath, [program, folder, effects], {
    env: { ...process.env, ORCHESTRA_FAILPOINTS: failpoints },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const [code, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  if (code !== null && code !== 0) throw new Error(`the process ended with code ${code}`);
  return signal;
}

async function undisturbed(): Promise<Scene> {
  const store = new MemoryStore();
  const home: JournalHome = {
    open: async (rule) => openMemoryJournal({ ...rule, store }),
    remove: async () => undefined,
  };
  const world = new World(durableFixture);
  const scene = new Scene(world, await localRuntimeUnderTest(world, home, (traversal) => traversal));
  await scene.create();
  await scene.walk();
  return scene;
}

/** The record that processes left in a folder, for looking only. */
async function recordIn(folder: string): Promise<Scene> {
  const world = new World(durableFixture);
  const home: JournalHome = { open: () => openSqliteJournal({ folder }), remove: async () => undefined };
  return new Scene(world, await localRuntimeUnderTest(world, home, (traversal) => traversal));
}

const moment = fc.record({
  point: fc.constantFrom('journal:before-commit', 'journal:after-commit'),
  pass: fc.integer({ min: 1, max: 40 }),
});
const kills = fc.array(moment, { minLength: 1, maxLength: 3 });

verifies(
  ['durability:R2:never-again', 'durability:R2:same-result', 'durability:R5:takeover'],
  'processes killed by SIGKILL around their commits leave a run that ends as an undisturbed one',
  async () => {
    const calm = await undisturbed();
    const story = await storyOf(calm.runtime, 'run');
    for (const moments of fc.sample(kills, { seed: 11, numRuns: sized({ everyday: 4, full: 200 }) })) {
      const folder = mkdtempSync(join(tmpdir(), 'orchestra-kill-'));
      onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
      const effects = join(folder, 'effects');
      const cut = new Map<string, number>();
      for (const { point, pass } of moments) {
        if ((await walkInProcess(folder, effects, `${point}=kill@${pass}`)) === null) break;
        const record = await recordIn(folder);
        for (const operation of await inFlight(record.runtime, 'run'))
          cut.set(operation, (cut.get(operation) ?? 0) + 1);
        await record.runtime.close();
      }
      const record = await recordIn(folder);
      if ((await record.state()) !== 'completed') expect(await walkInProcess(folder, effects, '')).toBeNull();
      expect(await storyOf(record.runtime, 'run')).toEqual(story);
      await record.runtime.close();
      const done = Map.groupBy(readFileSync(effects, 'utf8').trim().split('\n'), (line) => line);
      expect([...done.keys()].toSorted()).toEqual([...effectCounts(calm.world).keys()].toSorted());
      for (const [operation, lines] of done)
        expect(lines.length, operation).toBeLessThanOrEqual(1 + (cut.get(operation) ?? 0));
    }
    await calm.runtime.close();
  },
  900_000,
);

import { appendFileSync } from 'node:fs';
import { openSqliteJournal } from '../../src/journal/sqlite/sqlite-journal.ts';
import { systemClock } from '../../src/runtime/local/clock.ts';
import { thisProcess } from '../../src/shared/process/identity.ts';
import { durableFixture } from './durable-fixture.ts';
import { createRun, localRuntime } from './local-runtime-under-test.ts';
import { World } from './runtime-world.ts';

/**
 * A process that walks the durable fixture as run `run` until it ends or the process is killed, and
 * writes a line for every effect of a step.
 * `node durable-process.ts FOLDER EFFECTS`
 */
const [folder = '', effects = ''] = process.argv.slice(2);

const world = new World({
  ...durableFixture,
  onEffect: ({ runId, key }) => appendFileSync(effects, `${runId}/${key}\n`),
});
const journal = await openSqliteJournal({ folder });
await createRun(journal, { runId: 'run', bundle: 'main', inputs: {}, at: Date.now() });
const runtime = localRuntime(world, world.newProcess(), { journal, clock: systemClock, holder: thisProcess() });
await runtime.walk('run').done;
await journal.close();

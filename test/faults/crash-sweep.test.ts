import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pMap from 'p-map';
import { expect } from 'vitest';
import { newProject } from '../support/cli.ts';
import { writeFixture, type People } from '../support/crash-sweep/fixture.ts';
import { failpointDooms, randomDooms, type Doom } from '../support/crash-sweep/plan.ts';
import { effectsOf, toldBy, type Told } from '../support/crash-sweep/record.ts';
import { failpointNames, Tally } from '../support/crash-sweep/tally.ts';
import { wreck, type Wreck } from '../support/crash-sweep/wreck.ts';
import { sized } from '../support/size.ts';
import { verifies } from '../support/verifies.ts';

interface Ended extends Told {
  readonly wreck: Wreck;
  readonly effects: ReadonlyMap<string, number>;
}

/** A run of the real command line in a folder of its own, through its kills to its end. */
async function meet({ people, blows }: Doom): Promise<Ended> {
  const project = newProject();
  writeFixture(project);
  const wrecked = await wreck(project, people, blows);
  const ended = { wreck: wrecked, ...(await toldBy(project)), effects: effectsOf(project, wrecked.left.paths) };
  rmSync(project.folder, { recursive: true });
  return ended;
}

/** Nobody can tell the run was killed, but for operations that were in flight and appear once more for each kill. */
function expectSame(ended: Ended, calm: Ended, doom: string): void {
  expect(ended.view, doom).toEqual(calm.view);
  if (!ended.wreck.diedAfterTheEnd) expect(ended.files, doom).toEqual(calm.files);
  expect([...ended.effects.keys()].toSorted(), doom).toEqual([...calm.effects.keys()].toSorted());
  for (const [operation, count] of ended.effects) {
    expect(count, `effects of ${operation}, ${doom}`).toBeLessThanOrEqual(1 + (ended.wreck.cut.get(operation) ?? 0));
  }
}

const isFull = sized({ everyday: 0, full: 1 }) === 1;
/** Runs at the same time; each is mostly waiting. */
const concurrency = 3;

verifies(
  [
    'durability:R2:never-again',
    'durability:R2:same-result',
    'durability:R3:key',
    'durability:R5:takeover',
    'durability:R7:guardian',
    'durability:R6:run-dir-is-projection',
  ],
  'killed at random moments and at every failpoint, again and again, a run of the command line ends as an undisturbed one',
  async () => {
    const [list, others] = await Promise.all([
      meet({ people: 'list', blows: [] }),
      meet({ people: 'others', blows: [] }),
    ]);
    const calm: Readonly<Record<People, Ended>> = { list, others };
    const moments = sized({ everyday: 10, full: 210 });
    const dooms = [
      ...randomDooms(moments, moments, list.wreck.events),
      ...failpointDooms(isFull ? 'full' : 'everyday'),
    ];
    const tally = new Tally(list.wreck.events);
    await pMap(
      dooms,
      async (doom) => {
        const ended = await meet(doom);
        expectSame(ended, calm[doom.people], JSON.stringify(doom));
        tally.add(ended.wreck, ended.effects);
      },
      { concurrency },
    );
    // A kill that came too late is no kill.
    expect(tally.kills).toBeGreaterThanOrEqual(0.9 * dooms.reduce((sum, { blows }) => sum + blows.length, 0));
    expect(failpointNames.filter((name) => tally.killsAt(name) === 0)).toEqual([]);
    if (isFull) writePage(tally);
  },
  1_800_000,
);

const head = `<!-- Written by the crash sweep at full size (test/faults/crash-sweep.test.ts). Changes here are lost. -->

# The crash sweep

One pipeline has what makes resuming hard: a loop, a restart, nested fan-outs, a race whose loser must be ended, a retry with
its timer, tools that note their key in a file, a question answered from a list or by \`orchestra answer\`, one decided by
its timeout, and a child pipeline with a retry of its own. The real command line walks it, and its process is killed with
SIGKILL: at random moments spread evenly over the events of the run (at a random event of each part, and up to 30 ms later), at
random moments of the first 600 ms of a process, most of them resumes, and at every failpoint at several of its passes, often twice in a run. Then
\`orchestra resume\` goes on. What an undisturbed run of the same seed says at its end is compared; nothing may differ.

The moments are chosen by seed, and what they hit differs a little from machine to machine. Again: \`npm run test:full -- test/faults/crash-sweep.test.ts\`.

`;

function writePage(tally: Tally): void {
  writeFileSync(join(import.meta.dirname, '../../docs/crash-sweep.md'), head + tally.page());
}

import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pMap from 'p-map';
import { expect } from 'vitest';
import { agentStarts, type AgentStart } from '../support/crash-sweep/agent.ts';
import { sweepProject, type Cast } from '../support/crash-sweep/fixture.ts';
import { failpointDooms, randomDooms, type Doom } from '../support/crash-sweep/plan.ts';
import { effectsOf, toldBy, type Told } from '../support/crash-sweep/record.ts';
import { failpointNames, Tally } from '../support/crash-sweep/tally.ts';
import { wreck, type Wreck } from '../support/crash-sweep/wreck.ts';
import type { GitProject } from '../support/git-project.ts';
import { sized } from '../support/size.ts';
import { verifies } from '../support/verifies.ts';
import { leftBehind } from '../support/left-behind.ts';
import { workspaceEnd, type WorkspaceEnd } from '../support/workspace-end.ts';

interface Ended extends Told {
  readonly wreck: Wreck;
  readonly effects: ReadonlyMap<string, number>;
  readonly agents: readonly AgentStart[];
  /** Of those who write in a repository: what it came to there. */
  readonly code?: WorkspaceEnd;
}

/** A run of the real command line in a folder of its own, through its kills to its end. */
async function meet({ cast, blows }: Doom): Promise<Ended> {
  const project = sweepProject(cast);
  const checkout = 'git' in project ? project.checkout() : undefined;
  const wrecked = await wreck(project, cast, blows);
  const effects = effectsOf(project, wrecked.left.paths);
  const code = 'git' in project ? await codeIn(project, checkout) : undefined;
  const agents = agentStarts(project);
  const ended = { wreck: wrecked, ...(await toldBy(project)), effects, agents, ...(code && { code }) };
  rmSync(project.folder, { recursive: true });
  return ended;
}

/** @param checkout the user's, before the run */
async function codeIn(project: GitProject, checkout: string | undefined): Promise<WorkspaceEnd> {
  expect(project.checkout()).toBe(checkout);
  expect(leftBehind(project)).toEqual([]);
  return workspaceEnd(project);
}

/** Nobody can tell the run was killed, but for operations that were in flight and appear once more for each kill. */
function expectSame(ended: Ended, calm: Ended, doom: string): void {
  expect(ended.view, doom).toEqual(calm.view);
  expect(ended.files.filter(isKept), doom).toEqual(calm.files.filter(isKept));
  expect(ended.code, doom).toEqual(calm.code);
  expect([...ended.effects.keys()].toSorted(), doom).toEqual([...calm.effects.keys()].toSorted());
  for (const [operation, count] of ended.effects) {
    expect(count, `effects of ${operation}, ${doom}`).toBeLessThanOrEqual(1 + (ended.wreck.cut.get(operation) ?? 0));
  }
}

/** What the agent was asked and said that resolved a conflict is recorded with the end of the merge, not with its commit. */
function isKept(file: string): boolean {
  return !/^join\/(?:prompt|response)\.md$/.test(file);
}

/** Once the session of an operation is on record, the operation goes on in it; and no session is begun twice or lost. */
function expectSessionsGoOn({ sessions, agents }: Ended, doom: string): void {
  for (const [key, known] of sessions) {
    expect(new Set(known.map(({ sessionId }) => sessionId)).size, `${key}, ${doom}`).toBe(1);
    expect(
      known.slice(1).every(({ resumed }) => resumed),
      `${key}, ${doom}`,
    ).toBe(true);
  }
  expect(
    agents.filter(({ wish }) => wish === 'taken' || wish === 'lost'),
    doom,
  ).toEqual([]);
}

const isFull = sized({ everyday: 0, full: 1 }) === 1;
/** Runs at the same time; each is mostly waiting. */
const concurrency = 4;

verifies(
  [
    'durability:R2:never-again',
    'durability:R2:same-result',
    'durability:R3:key',
    'durability:R3:session-resumed',
    'durability:R5:takeover',
    'durability:R7:guardian',
    'durability:R6:run-dir-is-projection',
    'workspace:crash',
  ],
  'killed at random moments and at every failpoint, again and again, a run of the command line ends as an undisturbed one',
  async () => {
    const [list, others, agents, writers] = await Promise.all([
      meet({ cast: 'list', blows: [] }),
      meet({ cast: 'others', blows: [] }),
      meet({ cast: 'agents', blows: [] }),
      meet({ cast: 'writers', blows: [] }),
    ]);
    const calm: Readonly<Record<Cast, Ended>> = { list, others, agents, writers };
    const dooms = [
      ...randomDooms({
        count: sized({ everyday: 5, full: 210 }),
        casts: ['list', 'others'],
        events: list.wreck.events,
        jitterMs: 30,
      }),
      ...randomDooms({
        count: sized({ everyday: 1, full: 30 }),
        casts: ['agents'],
        events: agents.wreck.events,
        jitterMs: 300,
      }),
      ...randomDooms({
        count: sized({ everyday: 3, full: 80 }),
        casts: ['writers'],
        events: writers.wreck.events,
        jitterMs: 60,
      }),
      ...failpointDooms(isFull ? 'full' : 'everyday'),
    ];
    const tally = new Tally();
    await pMap(
      dooms,
      async (doom) => {
        const ended = await meet(doom);
        expectSame(ended, calm[doom.cast], JSON.stringify(doom));
        expectSessionsGoOn(ended, JSON.stringify(doom));
        tally.add(ended.wreck, ended.effects, calm[doom.cast].wreck.events);
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

The real command line walks a pipeline that has what makes resuming hard: a loop, a restart, nested fan-outs, a race whose
loser must be ended, a retry with its timer, tools that note their key in a file, a question answered from a list or by
\`orchestra answer\`, one decided by its timeout, and a child pipeline with a retry of its own; or another one of agents
as programs with sessions; or one of agents that write in a Git repository, turn by turn, in branches that conflict and are
merged, and are pushed to a remote meanwhile. Its process is killed with SIGKILL, up to three times in a run, and
\`orchestra resume\` goes on:

- at random moments, one in each of as many equal parts of the run: at a random one of its events and up to 30 ms (with
  agents 300 ms, with writers 60 ms) later;
- at random moments of the first 600 ms of a process, most of them resumes;
- at every failpoint (\`src/shared/failpoint.ts\`), at several of its passes, then once more in the resume.

At its end each run is compared with an undisturbed one. The sweep fails at the first difference in final state, visited
list, context, attempts and names of the files in the run directory; at an effect that appears more often than its
operation was in flight at a kill, or under another key; at an agent that does not go on in its session; at a commit that is
lost, doubled, or not at the remote; at anything left in the repository (a change, a lock, a folder, a ref, what \`git fsck\`
finds); at a change in the user's checkout; and at a process left 20 s after a kill. This page is written when there was none. The moments are chosen by seed; what exactly they hit
differs a little from machine to machine.

\`npm run test:full -- test/faults/crash-sweep.test.ts\`

`;

function writePage(tally: Tally): void {
  writeFileSync(join(import.meta.dirname, '../../docs/crash-sweep.md'), head + tally.page());
}

import { setImmediate as nextLoopTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { HandClock } from '../../../test/support/hand-clock.ts';
import { graphOf } from '../../../test/support/walk.ts';
import { verifies } from '../../../test/support/verifies.ts';
import { createCodergenHandler } from '../../engine/handlers/codergen.ts';
import { createThreadSessions } from '../../engine/handlers/codergen-threads.ts';
import { createProgram, createTraversal } from '../../engine/index.ts';
import type { Journal } from '../../engine/ports/journal.ts';
import { simulationAdapter } from '../../engine/simulation/simulation-adapter.ts';
import { openMemoryJournal } from '../../journal/memory/memory-journal.ts';
import { LocalRuntime } from './local-runtime.ts';

const writes: ReadonlySet<PropertyKey> = new Set(['append', 'openBranch', 'appendToBranch', 'putBlob', 'send']);

/** What a walk of simulated agents writes: the number of commits, and how many turns each had. */
async function walkSimulated(text: string) {
  const commits: number[] = [];
  const journal: Journal = new Proxy(openMemoryJournal(), {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      if (!writes.has(name)) return member.bind(target) as unknown;
      return async (...args: unknown[]) => {
        commits.push((args[1] as readonly unknown[]).length);
        // As on a disk, where others go on meanwhile.
        await nextLoopTurn();
        return Reflect.apply(member, target, args) as unknown;
      };
    },
  });
  await journal.createRun({
    id: 'r',
    pipeline: 'p',
    bundle: 'b',
    walkVersion: 1,
    cwd: '/',
    settings: await journal.keep({}),
    at: 0,
  });
  const codergen = createCodergenHandler({
    agentFor: () => ({ adapter: simulationAdapter }),
    readStatusFile: async () => undefined,
    sessions: createThreadSessions(),
    deriveId: (of) => of,
  });
  const runtime = new LocalRuntime({
    journal,
    clock: new HandClock(0).for(() => true),
    holder: { pid: 1, host: 'h', bootId: 'b', startTime: '1' },
    scratch: '/nowhere',
    load: async () => ({
      traversal: createTraversal(createProgram(graphOf(text)), { inputs: {} }),
      handlers: new Map([['codergen', codergen]]),
      cwd: '/',
    }),
    createChild: () => Promise.reject(new Error('there are no children')),
    readArtifact: async () => undefined,
  });
  const { state } = await runtime.walk('r').done;
  expect(state).toBe('completed');
  return commits;
}

function chain(nodes: number): string {
  return `start -> ${Array.from({ length: nodes }, (_, index) => `n${index}`).join(' -> ')} -> exit`;
}

verifies(
  'durability:journal:group-commit',
  'a run of simulated nodes makes one commit a node, one to begin and none to spare',
  async () => {
    expect(await walkSimulated(chain(20))).toHaveLength(21);
  },
);

verifies('durability:R6:constant-cost', 'what a node writes does not grow with the length of the run', async () => {
  const commits = await walkSimulated(chain(200));
  expect(new Set(commits.slice(1, -1)).size).toBe(1);
});

test('branches that settle in one turn share their commits', async () => {
  const branches = Array.from({ length: 50 }, (_, index) => `fan -> b${index} -> join`).join('\n');
  const commits = await walkSimulated(
    `fan [shape=component, max_parallel=50] join [shape=tripleoctagon] start -> fan ${branches} join -> exit`,
  );
  expect(commits.length).toBeLessThanOrEqual(4);
});

test('a run that is unknown or has ended is not walked', async () => {
  const journal = openMemoryJournal();
  const runtime = new LocalRuntime({
    journal,
    clock: new HandClock(0).for(() => true),
    holder: { pid: 1, host: 'h', bootId: 'b', startTime: '1' },
    scratch: '/nowhere',
    load: () => Promise.reject(new Error('not loaded')),
    createChild: async () => undefined,
    readArtifact: async () => undefined,
  });
  await expect(runtime.walk('none').done).rejects.toMatchObject({ code: 'RUN_UNKNOWN' });
  await journal.createRun({
    id: 'r',
    pipeline: 'p',
    bundle: 'b',
    walkVersion: 1,
    cwd: '/',
    settings: await journal.keep({}),
    at: 0,
  });
  await expect(runtime.walk('r').done).rejects.toThrow('not loaded');
  const lease = await journal.acquire('r', { pid: 2, host: 'h', bootId: 'b', startTime: '1' });
  await journal.append(lease, [], { state: 'failed' });
  await journal.release(lease);
  await expect(runtime.walk('r').done).rejects.toMatchObject({ code: 'RUN_FINISHED' });
});

import { expect } from 'vitest';
import type { StepEvent } from '../contract/event.ts';
import type { Journal, Lease } from '../engine/ports/journal.ts';
import { openMemoryJournal } from '../journal/memory/memory-journal.ts';
import { verifies } from '../../test/support/verifies.ts';
import { partedSessions } from './parted-sessions.ts';

const holder = { pid: 1, host: 'here', bootId: 'boot', startTime: 't' };

async function start(journal: Journal, id: string, forkOf?: { runId: string; turn: number }): Promise<Lease> {
  const settings = await journal.keep({});
  const run = { id, pipeline: 'p', bundle: 'b', walkVersion: 1, cwd: '/', settings, at: 1 };
  await journal.createRun(forkOf ? { ...run, forkOf } : run);
  return journal.acquire(id, holder);
}

/** What an operation tells, one event a turn; gives their numbers. */
async function tell(journal: Journal, lease: Lease, key: string, ...events: readonly StepEvent[]): Promise<number[]> {
  const branch = await journal.openBranch(lease, key);
  const turns = events.map(async ({ type, ...payload }) => ({ type, at: 1, payload: await journal.keep(payload) }));
  return (await journal.appendToBranch(branch, await Promise.all(turns))).map(({ seq }) => seq);
}

const session = (sessionId: string, resumed = false): StepEvent => ({
  type: 'AgentSessionStarted',
  agent: 'a',
  sessionId,
  resumed,
});
const text: StepEvent = { type: 'AgentText', text: 'hm' };
const exited: StepEvent = { type: 'ProcessExited', pid: 1, exitCode: 0, signal: null };

verifies('returning:conversation', 'the sessions of a source are not those of its fork', async () => {
  const journal = openMemoryJournal();
  const source = await start(journal, 'source');
  const [, cut = 0] = await tell(journal, source, 'a#1', session('one'), text);
  await tell(journal, source, 'b#1', session('later'));
  const fork = await start(journal, 'fork', { runId: 'source', turn: cut });
  await tell(journal, fork, 'b#1', session('own'), text);
  expect([...(await partedSessions(journal, 'fork'))]).toEqual([['one', 'session one is that of run source']]);
  expect([...(await partedSessions(journal, 'source'))]).toEqual([]);
});

verifies('returning:conversation', 'a session that went on behind the turn does not go back with the run', async () => {
  const journal = openMemoryJournal();
  const lease = await start(journal, 'run');
  const [, done = 0] = await tell(journal, lease, 'a#1', session('ended'), text, exited);
  await tell(journal, lease, 'b#1', session('resumed by another'), text);
  const [, cut = 0] = await tell(journal, lease, 'c#1', session('in flight'), text, text);
  await tell(journal, lease, 'd#1', session('resumed by another', true), text);
  await journal.rewind(lease, cut);
  expect([...(await partedSessions(journal, 'run')).keys()].toSorted()).toEqual(['in flight', 'resumed by another']);
  await journal.rewind(lease, done);
  expect([...(await partedSessions(journal, 'run')).keys()]).not.toContain('ended');
});

import { beforeEach, expect, test } from 'vitest';
import type { Journal, Turn } from '../engine/ports/journal.ts';
import { openMemoryJournal } from '../journal/memory/memory-journal.ts';
import { EventLog, type Announced } from './event-log.ts';

const windowSize = 4;

let journal: Journal;
let readings: number;
let log: EventLog;
/** Writes an event of a run to the journal and announces it; turns that are no events are written only. */
let happen: (runId: string, type?: string) => Promise<Turn>;

beforeEach(async () => {
  journal = openMemoryJournal();
  readings = 0;
  log = new EventLog((read) => {
    readings += 1;
    return read(journal);
  }, windowSize);
  const leases = await Promise.all(['parent', 'child', 'other'].map(async (id) => [id, await leaseOf(id)] as const));
  const leaseByRun = new Map(leases);
  happen = async (runId, type = 'RunWarning') => {
    const payload = await journal.keep({ message: 'something' });
    const [turn] = await journal.append(leaseByRun.get(runId)!, [{ type, at: 0, payload }]);
    if (type === 'RunWarning') log.announce({ runId, turn: turn! });
    return turn!;
  };
});

async function leaseOf(id: string) {
  const settings = await journal.keep({});
  await journal.createRun({ id, pipeline: id, bundle: 'b'.repeat(64), walkVersion: 1, cwd: '/', settings, at: 0 });
  return journal.acquire(id, { pid: 1, host: 'here', bootId: 'boot', startTime: 't' });
}

const places = (events: readonly Announced[]) => events.map(({ runId, turn }) => `${runId} ${turn.seq}`);

/** Events of two runs in turns, with what is no event and another session's run between them. */
async function muchHappens(times: number): Promise<string[]> {
  const told: string[] = [];
  for (let index = 0; index < times; index += 1) {
    await happen('parent', 'mechanics');
    const runId = index % 3 === 0 ? 'child' : 'parent';
    told.push(`${runId} ${(await happen(runId)).seq}`);
    await happen('other', 'mechanics');
  }
  return told;
}

test('whoever reads late reads what whoever read at once has read, from the beginning', async () => {
  await happen('parent', 'before');
  const early: string[] = [];
  const reading = (async () => {
    for await (const event of log.read()) early.push(...places([event]));
  })();
  const told = await muchHappens(1_000);
  log.end();
  await reading;
  expect(early).toEqual(told);
  expect(readings).toBe(0);
  expect(places(await Array.fromAsync(log.read()))).toEqual(told);
  expect(readings).toBeGreaterThan(0);
});

test('a reader that is overtaken goes on where it was, and catches up', async () => {
  const slow = log.read();
  const told = await muchHappens(2);
  const got = [(await slow.next()).value as Announced];
  told.push(...(await muchHappens(700)));
  got.push((await slow.next()).value as Announced);
  told.push(...(await muchHappens(50)));
  log.end();
  for await (const event of slow) got.push(event);
  expect(places(got)).toEqual(told);
});

test('who begins in the middle waits for what is still to come', async () => {
  const told = await muchHappens(20);
  const reading = Array.fromAsync(log.read());
  told.push(...(await muchHappens(20)));
  log.end();
  expect(places(await reading)).toEqual(told);
});

test('events that were removed before they were read are missed, not left out', async () => {
  await muchHappens(20);
  log.end();
  await journal.close();
  journal = openMemoryJournal();
  await leaseOf('parent');
  await leaseOf('child');
  await expect(Array.fromAsync(log.read())).rejects.toMatchObject({ code: 'RUN_UNKNOWN' });
});

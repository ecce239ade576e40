import { expect, test } from 'vitest';
import type { Journal, Lease } from '../../engine/ports/journal.ts';
import { openMemoryJournal } from '../../journal/memory/memory-journal.ts';
import type { Json } from '../../shared/json.ts';
import { readRecord } from './record.ts';

const holder = { pid: 1, host: 'h', bootId: 'b', startTime: '1' };

async function recorded(turns: readonly (readonly [type: string, key: string | undefined, payload: Json])[]) {
  const journal: Journal = openMemoryJournal();
  const row = await journal.createRun({
    id: 'r',
    pipeline: 'p',
    bundle: 'first',
    walkVersion: 1,
    cwd: '/',
    settings: await journal.keep({}),
    at: 5,
  });
  const lease: Lease = await journal.acquire('r', holder);
  for (const [index, [type, key, payload]] of turns.entries()) {
    const kept = await journal.keep(payload);
    await journal.append(lease, [{ type, at: index, payload: kept, ...(key === undefined ? {} : { key }) }]);
  }
  return readRecord(journal, row);
}

test('a run nobody has walked begins at its creation', async () => {
  const record = await recorded([]);
  expect(record).toEqual({
    lastSegment: { segment: 0, handedOver: undefined, startedAt: 5, inFlight: new Map(), turns: [] },
    inFlight: new Map(),
    inboxSeq: 0,
    bundle: 'first',
    ancestry: { begunAt: 5, forks: [] },
    isResumed: false,
  });
});

test('only the last segment is kept, with what was in flight when it began', async () => {
  const { lastSegment, isResumed } = await recorded([
    ['OperationStarted', 'nap', { kind: 'timer', dueAt: 100 }],
    ['OperationStarted', 'done', { kind: 'timer', dueAt: 1 }],
    ['OperationStarted', 'lost', { kind: 'timer', dueAt: 1 }],
    ['OperationSettled', 'done', { kind: 'timer' }],
    ['OperationDropped', 'lost', { kind: 'timer', reason: 'x' }],
    ['SegmentStarted', undefined, { segment: 1, state: { n: 1 } }],
    ['OperationStarted', 'nap', { kind: 'timer', dueAt: 100 }],
    ['SegmentStarted', undefined, { segment: 2, state: { n: 2 } }],
    ['RunWarning', undefined, { message: 'm' }],
  ]);
  expect(isResumed).toBe(true);
  expect(lastSegment).toMatchObject({ segment: 2, handedOver: { n: 2 }, startedAt: 7 });
  expect([...lastSegment.inFlight]).toEqual([['nap', { started: { kind: 'timer', dueAt: 100 }, since: 0 }]]);
  expect(lastSegment.turns.map(({ type }) => type)).toEqual(['RunWarning']);
});

test('the highest number of an inbox entry tells what was acted on, answers taken or refused included', async () => {
  const { inboxSeq } = await recorded([
    ['OperationSettled', 'inbox#0.1', { kind: 'inbox', command: { kind: 'pause' }, inboxSeq: 3 }],
    ['OperationSettled', 'gate', { kind: 'gate', answer: { kind: 'skipped' }, inboxSeq: 7 }],
    ['AnswerRefused', undefined, { question: 'q', by: 'b', verdict: 'unknown', inboxSeq: 9 }],
    ['OperationSettled', 'other', { kind: 'gate', answer: { kind: 'skipped' } }],
  ]);
  expect(inboxSeq).toBe(9);
});

test('the pipeline is the one it was edited to last', async () => {
  const { bundle } = await recorded([
    ['PipelineEdited', undefined, { bundle: 'second' }],
    ['PipelineEdited', undefined, { bundle: 'third' }],
  ]);
  expect(bundle).toBe('third');
});

test('a state too large for its turn comes back whole', async () => {
  const state = Object.fromEntries(Array.from({ length: 8_000 }, (_, index) => [`key ${index}`, index]));
  const { lastSegment } = await recorded([['SegmentStarted', undefined, { segment: 1, state }]]);
  expect(lastSegment.handedOver).toEqual(state);
});

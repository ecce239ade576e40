import { expect, test } from 'vitest';
import type { Question } from '../../contract/question.ts';
import { InFlight } from './in-flight.ts';
import { SettleQueue } from './settle-queue.ts';
import type { OperationStarted } from './turns.ts';
import { standingOf, waitingFor, type Presence } from './waiting.ts';

const question: Question = { text: 'Ship?', type: 'YES_NO', options: [], stage: 'gate' };
const gate = (more: Partial<Question> = {}): OperationStarted => ({
  kind: 'gate',
  question: { ...question, ...more },
  fingerprint: '',
});
const timer = (dueAt: number): OperationStarted => ({ kind: 'timer', dueAt });
const send: OperationStarted = { kind: 'send' };
const child: OperationStarted = { kind: 'child', runId: 'child', bundle: 'b' };
const nobody: Presence = { isAttended: () => false, standingOfChild: () => 'moving' };

function inFlight(operations: Readonly<Record<string, OperationStarted>>): InFlight {
  const all = new InFlight(new SettleQueue(), () => undefined);
  for (const [key, started] of Object.entries(operations)) {
    all.open({
      key,
      kind: started.kind,
      started,
      since: 10,
      isRelaunch: false,
      run: () => new Promise(() => undefined),
    });
  }
  return all;
}

test('a run with work waits for nothing', () => {
  const working = inFlight({ gate: gate(), send });
  expect(waitingFor(working, nobody)).toEqual([]);
  expect(standingOf(working, nobody, 0)).toBe('moving');
});

test('a run with nothing in flight moves', () => {
  expect(standingOf(inFlight({}), nobody, 0)).toBe('moving');
});

test('a question says until when, by the timer beside it', () => {
  const asking = inFlight({ 'gate#1': gate(), 'gate#1:timeout': timer(70) });
  expect(waitingFor(asking, nobody)).toEqual([
    { for: 'answer', key: 'gate#1', stage: 'gate', question: 'Ship?', since: 10, until: 70 },
  ]);
});

test('a question about a budget is told apart', () => {
  expect(waitingFor(inFlight({ 'budget:run#1': gate({ metadata: { purpose: 'budget' } }) }), nobody)).toMatchObject([
    { for: 'budget' },
  ]);
});

test('a timer alone is waited for', () => {
  const napping = inFlight({ 'a#1:backoff': timer(70) });
  expect(waitingFor(napping, nobody)).toEqual([{ for: 'timer', key: 'a#1:backoff', since: 10, until: 70 }]);
  expect(standingOf(napping, nobody, 0)).toBe('moving');
});

test('a question is abandoned where nobody is here to answer it', () => {
  const asking = inFlight({ 'gate#1': gate() });
  expect(standingOf(asking, nobody, 0)).toBe('abandoned');
  expect(standingOf(asking, { ...nobody, isAttended: () => true }, 0)).toBe('waiting');
});

test('a timeout without a default keeps nobody here, until it is due', () => {
  const asking = inFlight({ 'gate#1': gate({ timeoutMs: 60 }), 'gate#1:timeout': timer(70) });
  expect(standingOf(asking, nobody, 69)).toBe('abandoned');
  expect(standingOf(asking, nobody, 70)).toBe('moving');
});

test('a timeout with a default is waited for', () => {
  const asking = inFlight({ 'gate#1': gate({ timeoutMs: 60, defaultKey: 'N' }), 'gate#1:timeout': timer(70) });
  expect(standingOf(asking, nobody, 0)).toBe('waiting');
});

test('one attended question among abandoned ones is worth waiting for', () => {
  const asking = inFlight({ 'a#1': gate(), 'b#1': gate() });
  expect(standingOf(asking, { ...nobody, isAttended: (key) => key === 'b#1' }, 0)).toBe('waiting');
});

test('a parent stands as its child does', () => {
  const supervising = inFlight({ 'sub#1': child });
  for (const standing of ['moving', 'waiting', 'abandoned'] as const) {
    const presence: Presence = { ...nobody, standingOfChild: () => standing };
    expect(standingOf(supervising, presence, 0)).toBe(standing);
    expect(waitingFor(supervising, presence)).toHaveLength(standing === 'moving' ? 0 : 1);
  }
});

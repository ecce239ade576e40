import { expect, test } from 'vitest';
import type { StepEvent } from '../../contract/event.ts';
import { EventRecorder } from './event-recorder.ts';

/** A journal that writes when it is told to. */
function slowJournal() {
  const writing: PromiseWithResolvers<void>[] = [];
  const events: StepEvent[] = [];
  const emit = (event: StepEvent): Promise<void> => {
    events.push(event);
    const written = Promise.withResolvers<void>();
    writing.push(written);
    return written.promise;
  };
  return { events, writing, recorder: new EventRecorder(emit) };
}

const said = (length: number): StepEvent => ({ type: 'AgentText', text: 'x'.repeat(length) });
const call: StepEvent = { type: 'AgentToolCall', id: '1', tool: 'Bash', input: {} };

async function isPending(promise: Promise<void>): Promise<boolean> {
  let settled = false;
  void promise.finally(() => (settled = true)).catch(() => undefined);
  await new Promise(setImmediate);
  return !settled;
}

test('what is only said does not wait for the journal, and everything goes to it in order', async () => {
  const { recorder, events } = slowJournal();
  await recorder.record(said(10));
  await recorder.record({ type: 'AgentWarning', message: 'odd' });
  void recorder.record(call);
  expect(events.map(({ type }) => type)).toEqual(['AgentText', 'AgentWarning', 'AgentToolCall']);
});

test('what something may follow from is durable first', async () => {
  const { recorder, writing } = slowJournal();
  const recorded = recorder.record(call);
  expect(await isPending(recorded)).toBe(true);
  writing[0]?.resolve();
  await recorded;
});

test('an agent that talks faster than the disk writes waits for it', async () => {
  const { recorder, writing } = slowJournal();
  await recorder.record(said(200_000));
  const tooMuch = recorder.record(said(200_000));
  expect(await isPending(tooMuch)).toBe(true);
  for (const written of writing) written.resolve();
  await tooMuch;
  await recorder.record(said(200_000));
});

test('a failure to write what was said is no unhandled one: it is that of the next event that waits', async () => {
  const { recorder, writing } = slowJournal();
  await recorder.record(said(10));
  const later = recorder.record(call);
  for (const written of writing) written.reject(new Error('disk full'));
  await expect(later).rejects.toThrow('disk full');
});

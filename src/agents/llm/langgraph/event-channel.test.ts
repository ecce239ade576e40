import { expect, test } from 'vitest';
import type { StepEvent } from '../../../contract/event.ts';
import { EventChannel } from './event-channel.ts';

const said = (text: string): StepEvent => ({ type: 'AgentText', text });

test('a teller goes on only when the reader has come back, and the reader hears what came of it', async () => {
  const channel = new EventChannel();
  const order: string[] = [];
  const work = (async () => {
    for (const text of ['a', 'b']) {
      await channel.tell(said(text));
      order.push(`recorded ${text}`);
    }
    return 'over';
  })();
  const reader = channel.during(work);
  expect(await reader.next()).toEqual({ done: false, value: said('a') });
  expect(order).toEqual([]);
  expect(await reader.next()).toEqual({ done: false, value: said('b') });
  expect(order).toEqual(['recorded a']);
  expect(await reader.next()).toEqual({ done: true, value: 'over' });
});

test('a reader that goes ends the work of whoever tells', async () => {
  const channel = new EventChannel();
  const work = channel.tell(said('a')).then(() => channel.tell(said('b')));
  const reader = channel.during(work);
  await reader.next();
  await reader.return('gone' as never);
  await expect(work).rejects.toThrow('nobody reads');
  await expect(channel.tell(said('c'))).rejects.toThrow('nobody reads');
});

import { expect, test } from 'vitest';
import { SettleQueue } from './settle-queue.ts';

const settlement = (key: string) => ({ key, turn: { kind: 'timer' } }) as const;

test('settlements are taken in the order they happened', () => {
  const queue = new SettleQueue();
  for (const key of ['a', 'b', 'c']) queue.put(settlement(key));
  expect([queue.take()?.key, queue.take()?.key]).toEqual(['a', 'b']);
  queue.put(settlement('d'));
  expect([queue.take()?.key, queue.take()?.key, queue.take()]).toEqual(['c', 'd', undefined]);
});

test('what happened while nobody waited is not missed', async () => {
  const queue = new SettleQueue();
  queue.stir();
  await queue.stirred();
  let woken = false;
  const waiting = queue.stirred().then(() => (woken = true));
  await Promise.resolve();
  expect(woken).toBe(false);
  queue.put(settlement('a'));
  await waiting;
});

test('a failure wakes the reader, and the first one counts', async () => {
  const queue = new SettleQueue();
  queue.throwIfFailed();
  const waiting = queue.stirred();
  queue.fail(new Error('first'));
  queue.fail(new Error('second'));
  await waiting;
  expect(() => queue.throwIfFailed()).toThrow('first');
});

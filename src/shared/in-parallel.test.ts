import { expect, test } from 'vitest';
import { inParallel } from './in-parallel.ts';

test('results come in the order of the items, and no more than the limit are under way', async () => {
  let underWay = 0;
  let most = 0;
  const gates = [0, 1, 2, 3, 4].map(() => Promise.withResolvers<void>());
  const results = inParallel(gates, 2, async ({ promise }) => {
    most = Math.max(most, ++underWay);
    await promise;
    underWay -= 1;
    return gates.findIndex((gate) => gate.promise === promise);
  });
  for (const gate of gates.toReversed()) gate.resolve();
  expect(await Promise.all(results)).toEqual([0, 1, 2, 3, 4]);
  expect(most).toBe(2);
});

test('what fails is told for its own item alone', async () => {
  const results = inParallel([1, 2, 3], 1, async (item) => {
    if (item === 2) throw new Error('two');
    return item * 2;
  });
  expect(await Promise.allSettled(results)).toMatchObject([
    { status: 'fulfilled', value: 2 },
    { status: 'rejected', reason: { message: 'two' } },
    { status: 'fulfilled', value: 6 },
  ]);
});

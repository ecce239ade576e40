import { expect, test } from 'vitest';
import { ScannerThread } from './scanner-thread.ts';

test('what takes too long is given up, and the next file gets a thread of its own', async () => {
  // No thread starts within a millisecond.
  const hasty = new ScannerThread(1);
  expect(await hasty.scan({ path: 'a.ts', content: 'one' })).toBeUndefined();
  expect(await hasty.scan({ path: 'b.ts', content: 'two' })).toBeUndefined();
  expect(await new ScannerThread().scan({ path: 'c.ts', content: 'three' })).toEqual([]);
});

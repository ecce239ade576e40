import { afterEach, expect, test, vi } from 'vitest';
import { LoopTurns } from './loop-turns.ts';

afterEach(() => void vi.restoreAllMocks());

test('others get their turn once the work has taken its time, and not before', async () => {
  let now = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => now);
  const turns = new LoopTurns();
  const others = vi.fn();
  setImmediate(others);
  now = 9;
  await turns.handOver();
  expect(others).not.toHaveBeenCalled();
  now = 10;
  await turns.handOver();
  expect(others).toHaveBeenCalledOnce();
  setImmediate(others);
  now = 19;
  await turns.handOver();
  expect(others).toHaveBeenCalledOnce();
});

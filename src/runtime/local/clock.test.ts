import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { HandClock } from '../../../test/support/hand-clock.ts';
import { sleepUntil, systemClock } from './clock.ts';

beforeEach(() => void vi.useFakeTimers({ now: 0 }));
afterEach(() => void vi.useRealTimers());

test('the system clock wakes at the time, not before', () => {
  const wake = vi.fn();
  systemClock.wakeAt(1_000, wake);
  vi.advanceTimersByTime(999);
  expect(wake).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(wake).toHaveBeenCalledOnce();
});

test('a time of the past wakes soon, but never within the call', () => {
  const wake = vi.fn();
  systemClock.wakeAt(-5, wake);
  expect(wake).not.toHaveBeenCalled();
  vi.advanceTimersByTime(0);
  expect(wake).toHaveBeenCalledOnce();
});

test('a wait of months neither overflows nor misses a clock that was set forward', () => {
  const wake = vi.fn();
  systemClock.wakeAt(90 * 86_400_000, wake);
  vi.advanceTimersByTime(60_000);
  expect(wake).not.toHaveBeenCalled();
  vi.setSystemTime(91 * 86_400_000);
  vi.advanceTimersByTime(60_000);
  expect(wake).toHaveBeenCalledOnce();
});

test('a stopped wait never wakes', () => {
  const wake = vi.fn();
  systemClock.wakeAt(100_000, wake)();
  vi.advanceTimersByTime(200_000);
  expect(wake).not.toHaveBeenCalled();
});

test('an aborted sleep rejects and leaves no timer behind', async () => {
  const hand = new HandClock(0);
  const abort = new AbortController();
  const sleeping = sleepUntil(
    hand.for(() => true),
    10,
    10,
    abort.signal,
  );
  abort.abort();
  await expect(sleeping).rejects.toThrow('dropped');
  expect(hand.nextDue()).toBeUndefined();
});

test('what may go on for a while goes on for that while, whatever the clock is set to', () => {
  const wake = vi.fn();
  systemClock.wakeAfter(100_000, wake);
  vi.setSystemTime(91 * 86_400_000);
  vi.advanceTimersByTime(60_000);
  vi.setSystemTime(-86_400_000);
  vi.advanceTimersByTime(39_999);
  expect(wake).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(wake).toHaveBeenCalledOnce();
});

test('a clock that is set back prolongs no sleep, and one that is set forward ends it', async () => {
  for (const hours of [-1, 1]) {
    const hand = new HandClock();
    const sleeping = sleepUntil(
      hand.for(() => true),
      hand.now() + 10_000,
      10_000,
      new AbortController().signal,
    );
    hand.advance(4_000);
    hand.set(hours * 3_600_000);
    if (hours < 0) hand.advance(6_000);
    await sleeping;
    expect(hand.nextDue()).toBeUndefined();
  }
});

import { expect, test } from 'vitest';
import { HandClock } from '../../../test/support/hand-clock.ts';
import { Pause } from './pause.ts';

function setUp() {
  const clock = new HandClock(0);
  let changes = 0;
  const pause = new Pause(
    clock.for(() => true),
    () => (changes += 1),
  );
  return { clock, pause, changes: () => changes };
}

test('a pause gives what runs ten seconds', () => {
  const { clock, pause, changes } = setUp();
  expect([pause.isAsked, pause.isOver]).toEqual([false, false]);
  pause.ask();
  clock.advance(9_999);
  expect([pause.isAsked, pause.isOver, changes()]).toEqual([true, false, 1]);
  clock.advance(1);
  expect([pause.isOver, changes()]).toEqual([true, 2]);
});

test('asking again does not prolong it, and at once is at once', () => {
  const { clock, pause } = setUp();
  pause.ask();
  clock.advance(9_000);
  pause.ask();
  clock.advance(1_000);
  expect(pause.isOver).toBe(true);
  const other = setUp().pause;
  other.ask();
  other.ask(true);
  expect(other.isOver).toBe(true);
});

test('a run at rest is not paused, and keeps no timer', () => {
  const { clock, pause } = setUp();
  pause.ask();
  pause.stop();
  expect(clock.nextDue()).toBeUndefined();
  pause.ask(true);
  expect(clock.nextDue()).toBeUndefined();
});

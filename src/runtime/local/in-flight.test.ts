import { expect, test } from 'vitest';
import { dropped, InFlight, suspended, type Operation } from './in-flight.ts';
import { SettleQueue } from './settle-queue.ts';
import type { OperationSettled } from './turns.ts';

/** An operation that a test settles by hand. */
function operation(key: string) {
  const { promise, resolve, reject } = Promise.withResolvers<OperationSettled>();
  let signal: AbortSignal | undefined;
  const made: Operation = {
    key,
    kind: 'timer',
    started: { kind: 'timer', dueAt: 0 },
    since: 0,
    isRelaunch: false,
    run: (given) => {
      signal = given;
      given.addEventListener('abort', () => reject(new Error('aborted')));
      return promise;
    },
  };
  return {
    made,
    settle: () => resolve({ kind: 'timer' }),
    fail: reject,
    reason: () => signal?.reason as unknown,
    isRunning: () => signal !== undefined,
  };
}

function setUp() {
  const queue = new SettleQueue();
  const failures: unknown[] = [];
  return { queue, failures, inFlight: new InFlight(queue, (error) => failures.push(error)) };
}

test('an operation begins at the launch that follows, and once', async () => {
  const { inFlight, queue } = setUp();
  const a = operation('a');
  inFlight.open(a.made);
  expect(a.isRunning()).toBe(false);
  inFlight.launch();
  inFlight.launch();
  a.settle();
  await queue.stirred();
  expect([queue.take()?.key, queue.take()]).toEqual(['a', undefined]);
});

test('one that is dropped before it begins never does', () => {
  const { inFlight } = setUp();
  const a = operation('a');
  inFlight.open(a.made);
  inFlight.close('a');
  inFlight.launch();
  expect(a.isRunning()).toBe(false);
});

test('what was dropped while it ran is told so, after the commit, and what it says then is not heard', async () => {
  const { inFlight, queue, failures } = setUp();
  const a = operation('a');
  inFlight.open(a.made);
  inFlight.launch();
  inFlight.close('a');
  expect(a.reason()).toBeUndefined();
  await inFlight.end();
  expect(a.reason()).toBe(dropped);
  expect([queue.take(), failures]).toEqual([undefined, []]);
});

test('what has ended by itself is not aborted afterwards', async () => {
  const { inFlight, queue } = setUp();
  const a = operation('a');
  inFlight.open(a.made);
  inFlight.launch();
  a.settle();
  await queue.stirred();
  inFlight.close('a');
  await inFlight.end();
  expect(a.reason()).toBeUndefined();
});

test('a suspension tells everything to go on later, and waits for it to end', async () => {
  const { inFlight } = setUp();
  const a = operation('a');
  inFlight.open(a.made);
  inFlight.launch();
  expect(inFlight.isAlive).toBe(true);
  await inFlight.suspend();
  expect(a.reason()).toBe(suspended);
  expect(inFlight.isAlive).toBe(false);
});

test('an operation that breaks down without having been aborted is a failure of the runtime', async () => {
  const { inFlight, failures } = setUp();
  const a = operation('a');
  inFlight.open(a.made);
  inFlight.launch();
  a.fail(new Error('disk full'));
  await inFlight.end();
  expect(failures).toEqual([new Error('disk full')]);
});

test('what runs is handed over to the next segment running, also when it has its result already', async () => {
  const { inFlight, queue } = setUp();
  const [a, b] = [operation('a'), operation('b')];
  inFlight.open(a.made);
  inFlight.open(b.made);
  inFlight.launch();
  b.settle();
  await queue.stirred();
  expect([...inFlight.handOver().keys()]).toEqual(['a', 'b']);
  for (const { made } of [a, b]) inFlight.open({ ...made, run: () => Promise.reject(new Error('begun twice')) });
  inFlight.launch();
  a.settle();
  await queue.stirred();
  expect([queue.take()?.key, queue.take()?.key]).toEqual(['b', 'a']);
});

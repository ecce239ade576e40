import { describe, expect, test } from 'vitest';
import { verifies } from '../../../test/support/verifies.ts';
import { walk, type Reply } from '../../../test/support/walk.ts';
import { nextLimitWait, noLimitWaits } from './limit-wait.ts';

const minute = 60_000;
const hour = 60 * minute;

/** A step whose agent names the time when it can again. */
const limited = (retryAfterMs: number): Reply => ({ status: 'retry', failureReason: 'limit reached', retryAfterMs });
const one = (maxRetries = 0): string => `start -> a -> exit\n a [max_retries=${maxRetries}]`;

describe('an agent that names the time when it can again', () => {
  test('is waited for that long, whatever the retry policy, and no retry is counted', async () => {
    const run = await walk(one(1), { script: { a: [limited(hour), limited(hour), 'retry', 'success'] } });
    expect(run.state).toBe('completed');
    expect(run.durationMs).toBeGreaterThanOrEqual(2 * hour);
    expect(run.of('StageRetrying').map(({ attempt, reason }) => ({ attempt, reason }))).toEqual([
      { attempt: 2, reason: 'limit reached' },
      { attempt: 3, reason: 'limit reached' },
      { attempt: 4, reason: undefined },
    ]);
    expect(
      run
        .of('StageRetrying')
        .slice(0, 2)
        .map(({ delayMs }) => delayMs),
    ).toEqual([hour, hour]);
    expect(run.steps.map(({ key }) => key)).toEqual(['a#1', 'a#1@2', 'a#1@3', 'a#1@4']);
  });

  test('uses up no retry: those of the policy are left, and no more than those', async () => {
    const run = await walk(one(1), { script: { a: [limited(hour), 'retry', 'retry'] } });
    expect(run).toMatchObject({ state: 'failed', failureReason: 'max retries exceeded: a said retry' });
    expect(run.steps).toHaveLength(3);
  });

  verifies('durability:R8:limit-wait', 'is not waited for longer than the run may', async () => {
    const run = await walk(one(), { script: { a: [limited(4 * hour), limited(3 * hour)] }, maxLimitWaitMs: 6 * hour });
    expect(run).toMatchObject({
      state: 'failed',
      failureReason:
        'limit reached: another attempt may succeed in 3 h after 4 h of waiting, and the longest wait is 6 h (limits.max_usage_wait)',
    });
    expect(run.durationMs).toBe(4 * hour);
  });

  test('is not waited for at all where that alone would be too long', async () => {
    const run = await walk(one(3), { script: { a: [limited(7 * hour)] } });
    expect(run.state).toBe('failed');
    expect(run.durationMs).toBe(0);
    expect(run.steps).toHaveLength(1);
  });

  test('each visit has the whole time', async () => {
    const run = await walk('start -> a -> b -> exit\n b -> a [condition="outcome=fail"]\n a [max_visits=3]', {
      script: { a: [limited(hour), 'success', limited(hour), 'success'], b: ['fail', 'success'] },
      maxLimitWaitMs: 90 * minute,
    });
    expect(run.state).toBe('completed');
  });

  test('a command goes on at once', async () => {
    const run = await walk(one(), {
      script: { a: [limited(hour), 'success'] },
      commands: [{ atMs: 500, command: { kind: 'retry', node: 'a' } }],
    });
    expect(run).toMatchObject({ state: 'completed', durationMs: 500 });
  });

  test('branches go on beside it', async () => {
    const run = await walk(
      `start -> fan
       fan -> a -> join
       fan -> b -> join
       join -> exit
       fan [shape=component]
       join [shape=tripleoctagon]`,
      { script: { a: [limited(hour), 'success'] } },
    );
    expect(run.state).toBe('completed');
    const order = run.of('StageCompleted').map(({ name }) => name);
    expect(order.indexOf('b')).toBeLessThan(order.indexOf('a'));
  });
});

test('an agent that always can again at once is asked less and less often', () => {
  let waits = noLimitWaits;
  const delays: number[] = [];
  for (;;) {
    const wait = nextLimitWait(waits, 0, hour, '80000000');
    if ('refusal' in wait) break;
    delays.push(wait.delayMs);
    waits = wait.after;
  }
  expect(delays.slice(0, 8)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
  expect(delays.length).toBeLessThan(70);
});

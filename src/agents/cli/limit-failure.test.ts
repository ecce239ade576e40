import { expect, test } from 'vitest';
import { broke, said } from '../../../test/support/fake-agent.ts';
import { withLimit } from './limit-failure.ts';

const moment = { now: Date.parse('2026-11-28T14:00:00Z'), timeZone: 'UTC' };
const limited = (error: string, more = {}): unknown => withLimit(broke(error, more), moment);

test('a limit of use passes, and names its time where it does', () => {
  expect(limited("You've hit your usage limit. Upgrade to Pro or try again at 3:00 PM.")).toMatchObject({
    transient: true,
    retryAfterMs: 3_600_000,
  });
  expect(limited("You've hit your usage limit.")).toMatchObject({ transient: true });
  expect(limited("You've hit your usage limit.")).not.toHaveProperty('retryAfterMs');
});

test('a server that is busy may name a time, too', () => {
  expect(limited('503 overloaded, retry after 30 seconds', { transient: true })).toMatchObject({
    retryAfterMs: 30_000,
  });
});

test('what stays is not tried again, whatever it says of trying', () => {
  for (const error of ['invalid api key, try again in 5 minutes', 'the limit of tokens was reached']) {
    expect(limited(error)).toEqual(broke(error));
  }
});

test('what is no failure, a lost session and what names its time already is left as it is', () => {
  const known = { transient: true, retryAfterMs: 7 };
  expect(limited('usage limit, try again in 9 s', known)).toEqual(broke('usage limit, try again in 9 s', known));
  const lost = { sessionLost: true };
  expect(limited('rate limit', lost)).toEqual(broke('rate limit', lost));
  expect(withLimit(said('usage limit'), moment)).toEqual(said('usage limit'));
});

import { expect, test } from 'vitest';
import { createRedactor } from '../../shared/redaction.ts';
import { callFailure } from './call-failure.ts';

const redactor = createRedactor({ KEY: 'my-secret-key' });
const transientOf = (thrown: unknown) => callFailure(thrown, 'p', redactor).transient;

test('busy, broken and unreachable providers may come back; refusals and an empty account stay', () => {
  for (const statusCode of [408, 429, 500, 502, 503, 529]) expect(transientOf({ statusCode, message: 'x' })).toBe(true);
  for (const statusCode of [400, 401, 403, 404]) expect(transientOf({ statusCode, message: 'x' })).toBe(false);
  expect(transientOf({ statusCode: 429, data: { error: { code: 'insufficient_quota' } } })).toBe(false);
  expect(transientOf({ type: 'overloaded_error', message: 'Overloaded' })).toBe(true);
  expect(
    transientOf(new TypeError('fetch failed', { cause: Object.assign(new Error(''), { code: 'ECONNREFUSED' }) })),
  ).toBe(true);
  expect(transientOf(new Error('this text says network timeout 503 and means none of it'))).toBe(false);
});

test('a failure says what the provider said, without secrets and not at length', () => {
  const { error } = callFailure(
    { statusCode: 401, message: `bad key my-secret-key ${'x'.repeat(5_000)}` },
    'p',
    redactor,
  );
  expect(error).toMatch(/^p: 401 bad key \[redacted:KEY\] x+$/);
  expect(error.length).toBeLessThan(700);
  const cause = new Error('socket hang up');
  expect(callFailure(new Error('Failed', { cause }), 'p', redactor).error).toBe('p: Failed: socket hang up');
});

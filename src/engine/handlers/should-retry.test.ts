import { expect, test } from 'vitest';
import { verifies } from '../../../test/support/verifies.ts';
import { isTransientError } from './should-retry.ts';

verifies(
  ['retry:predicate', 'error:retryable'],
  'network errors, 429, 5xx and what says so itself are transient',
  () => {
    for (const code of ['ECONNRESET', 'ETIMEDOUT', 'EAI_AGAIN']) expect(isTransientError({ code })).toBe(true);
    for (const status of [429, 500, 503, 529])
      expect(isTransientError(Object.assign(new Error('http'), { status }))).toBe(true);
    expect(isTransientError({ statusCode: 502 })).toBe(true);
    expect(isTransientError({ transient: true, status: 400 })).toBe(true);
    expect(isTransientError(new TypeError('fetch failed', { cause: { code: 'ECONNREFUSED' } }))).toBe(true);
  },
);

verifies(
  ['retry:predicate', 'error:terminal'],
  'bad requests, missing permission, bad set-ups and everything unknown are not',
  () => {
    for (const status of [400, 401, 403, 404, 600]) expect(isTransientError({ status })).toBe(false);
    for (const code of ['ENOENT', 'EACCES']) expect(isTransientError({ code })).toBe(false);
    for (const thrown of [new Error('bug'), 'text', undefined, null, 503, { transient: false, status: 503 }]) {
      expect(isTransientError(thrown)).toBe(false);
    }
  },
);

test('a ring of causes ends the search', () => {
  const error = new Error('one');
  error.cause = new Error('two', { cause: error });
  expect(isTransientError(error)).toBe(false);
});

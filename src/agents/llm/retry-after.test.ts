import { expect, test } from 'vitest';
import { retryAfterOf } from './retry-after.ts';

const now = Date.parse('2026-01-01T00:00:00Z');
const after = (responseHeaders: object, message = '', more: object = {}) =>
  retryAfterOf({ responseHeaders, ...more }, message, now);

test('the time to wait is told by headers in seconds, milliseconds or as a date', () => {
  expect(after({ 'retry-after': '7' })).toBe(7_000);
  expect(after({ 'retry-after-ms': '1500', 'retry-after': '7' })).toBe(1_500);
  expect(after({ 'retry-after': 'Thu, 01 Jan 2026 00:01:00 GMT' })).toBe(60_000);
  expect(after({ 'retry-after': 'Thu, 01 Jan 1970 00:00:00 GMT' })).toBe(0);
});

test('else by the body or by the words of the provider', () => {
  const responseBody =
    '{"error":{"details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"34.5s"}]}}';
  expect(after({}, '', { responseBody })).toBe(34_500);
  expect(after({}, 'Rate limit reached. Please try again in 1.2s.')).toBe(1_200);
  expect(after({}, 'Please try again in 6m0s.')).toBe(360_000);
  expect(after({}, 'Retry after 20 seconds')).toBe(20_000);
});

test('nothing, and what makes no sense, is no time', () => {
  expect(after({})).toBeUndefined();
  expect(after({ 'retry-after': 'soon' })).toBeUndefined();
  expect(after({ 'retry-after': '99999999' })).toBeUndefined();
  expect(retryAfterOf(undefined, '')).toBeUndefined();
});

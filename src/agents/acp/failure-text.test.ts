import { expect, test } from 'vitest';
import { soundsPassing } from './failure-text.ts';

test.each([
  ['API Error: 429 too many requests', true],
  ['API Error: Request rejected (429) · slow down', true],
  ['exceeded retry limit, last status: 429 Too Many Requests, request id: req-1', true],
  ['API Error: 500 refused. This is a server-side issue, usually temporary', true],
  ['We’re currently experiencing high demand, which may cause temporary errors.', true],
  ['fetch failed', true],
  ['connect ECONNREFUSED 127.0.0.1:9', true],
  ['Authentication failed with provider at http://127.0.0.1:41005/v1 (HTTP 401).', false],
  ['401 refused by test', false],
  ['API Error: 400 the temporary file is too long', false],
  ['refused by test', false],
  ['', false],
])('%s', (text, passing) => {
  expect(soundsPassing(text)).toBe(passing);
});

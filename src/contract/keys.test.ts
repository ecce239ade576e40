import { expect, test } from 'vitest';
import { attemptOfKey, placeOfKey } from './keys.ts';

test.each([
  ['review#2', 'review#2'],
  ['review#2@3:ask#1', 'review#2@3'],
  ['fan#1/a/join#1:merge:answered#2', 'fan#1/a/join#1'],
  ['budget:run#1', 'budget:run#1'],
])('the operation %s belongs to the attempt %s', (key, attempt) => {
  expect(attemptOfKey(key)).toBe(attempt);
});

test('the place of an operation is that of its attempt, whatever its parts are called', () => {
  expect(placeOfKey('fan#1/a/join#1@2:merge:ask#1')).toEqual({ node: 'join', scope: 'fan#1/a' });
});

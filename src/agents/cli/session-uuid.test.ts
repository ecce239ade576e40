import fc from 'fast-check';
import { expect, test } from 'vitest';
import { oldSessionUuid, sessionUuid } from './session-uuid.ts';

test('a UUID stays as it is', () => {
  const id = '7c1d6c1e-5d39-4e0a-9c55-0a5c2f6d7b11';
  expect(sessionUuid(id)).toBe(id);
});

test('any other id gives a UUID, the same each time and another for another id', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (one, other) => {
      expect(sessionUuid(one)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      expect(sessionUuid(one) === sessionUuid(other)).toBe(one === other);
    }),
    { seed: 7 },
  );
});

test('an agent that knows no version above 5 gets none', () => {
  const id = '7c1d6c1e-5d39-4e0a-9c55-0a5c2f6d7b11';
  expect(oldSessionUuid(id)).toBe(id);
  expect(oldSessionUuid('01a22204-0000-7000-8000-000000000001')).toBe('01a22204-0000-5000-8000-000000000001');
  expect(oldSessionUuid('run/work#1')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

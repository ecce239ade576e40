import { expect, test } from 'vitest';
import { findWriter } from './lock-holder.ts';

const locks = `1: POSIX  ADVISORY  READ 77 fe:00:500 124 124
2: POSIX  ADVISORY  WRITE 88 fe:00:501 120 120
3: FLOCK  ADVISORY  WRITE 99 fe:00:500 0 EOF
4: POSIX  ADVISORY  WRITE 66 fe:00:500 120 120
5: -> POSIX ADVISORY  WRITE 55 fe:00:502 0 EOF
`;

test('the writer of a database is who holds the write lock byte of its shared memory', () => {
  expect(findWriter(locks, 500)).toBe(66);
  expect(findWriter(locks, 502)).toBe(55);
  expect(findWriter(locks, 999)).toBeUndefined();
  expect(findWriter('', 500)).toBeUndefined();
});

import { expect, test } from 'vitest';
import { OrchestraError } from './errors.ts';
import { machineFailureIn } from './machine-failure.ts';

const coded = (code: string): Error => Object.assign(new Error(`${code}: write`), { code });

test.each(['ENOSPC', 'EFBIG', 'EDQUOT', 'EROFS', 'EIO'])(
  '%s is the machine’s failure, told with what to do',
  (code) => {
    expect(machineFailureIn(coded(code))).toMatchObject({
      code: 'STORAGE_FAILED',
      message: expect.stringContaining(code),
      hint: expect.stringContaining('orchestra resume'),
    });
  },
);

test.each(['JOURNAL_UNAVAILABLE', 'GIT_LOCKED'] as const)('an error that says so is told as it is: %s', (code) => {
  const error = new OrchestraError(code, 'x');
  expect(machineFailureIn(error)).toBe(error);
});

test('what a step got wrong itself is none', () => {
  for (const thrown of [
    coded('ENOENT'),
    new OrchestraError('TOOL_MISSING', 'x'),
    new Error('x'),
    'ENOSPC',
    undefined,
  ]) {
    expect(machineFailureIn(thrown)).toBeUndefined();
  }
});

import { tmpdir } from 'node:os';
import { describe, expect, test } from 'vitest';
import { verifies } from '../../../test/support/verifies.ts';
import { OrchestraError } from '../errors.ts';
import { startProblem } from './start-problem.ts';

const systemError = (code: string): Error => Object.assign(new Error(`spawn ${code}`), { code, syscall: 'spawn' });

describe('a program that cannot be started', () => {
  test.each([
    ['EMFILE', /too many open files \(see `ulimit -n`\)/],
    ['ENFILE', /this machine has too many open files/],
    ['EAGAIN', /too many processes/],
    ['ENOMEM', /not enough memory/],
  ])('may be startable later after %s', (code, message) => {
    const cause = systemError(code);
    expect(startProblem(cause, tmpdir())).toMatchObject({
      message: expect.stringMatching(message),
      transient: true,
      cause,
    });
  });

  verifies(
    'durability:fire:start',
    'will not be startable later where it is too long, or its folder is missing',
    () => {
      const problem = (code: string, cwd: string): unknown => startProblem(systemError(code), cwd);
      expect(problem('E2BIG', tmpdir())).toMatchObject({
        transient: false,
        message: expect.stringContaining('ORCHESTRA_VAR'),
      });
      expect(problem('ENOENT', '/no/such')).toMatchObject({
        transient: false,
        message: 'the folder /no/such does not exist',
      });
      expect(problem('EACCES', tmpdir())).toMatchObject({ message: expect.stringContaining('spawn EACCES') });
    },
  );

  test('keeps errors that say enough as they are', () => {
    for (const error of [new Error('no code'), new OrchestraError('RUN_FENCED', 'taken over')]) {
      expect(startProblem(error, tmpdir())).toBe(error);
    }
  });
});

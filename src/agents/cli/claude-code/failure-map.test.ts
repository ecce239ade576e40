import { expect, test } from 'vitest';
import { failureOf } from './failure-map.ts';
import { result } from './transcript-shapes.ts';

const ending = { exitCode: 1, signal: null, dismissed: false, errors: 'stderr text' };

test.each([
  [{ api_error_status: 400 }, false],
  [{ api_error_status: 401 }, false],
  [{ api_error_status: 403 }, false],
  [{ api_error_status: 404 }, false],
  [{ api_error_status: 408 }, true],
  [{ api_error_status: 429 }, true],
  [{ api_error_status: 500 }, true],
  [{ api_error_status: 503 }, true],
  [{ api_error_status: 529 }, true],
  [{ api_error: 'connection_failed' }, true],
  [{ subtype: 'error_max_turns' }, false],
  [{ subtype: 'error_during_execution', errors: ['it broke'] }, false],
])('%j is a failure, transient: %s', (members, transient) => {
  const line = result.parse({
    type: 'result',
    subtype: 'success',
    is_error: true,
    result: 'told by the agent',
    ...members,
  });
  expect(failureOf(line, ending)).toMatchObject({
    ok: false,
    transient,
    error: expect.stringContaining('told by the agent'),
  });
});

test('an error field beats is_error: false and exit code 0', () => {
  const line = result.parse({ subtype: 'success', is_error: false, result: 'fine', api_error_status: 500 });
  expect(failureOf(line, { ...ending, exitCode: 0 })).toMatchObject({ ok: false, transient: true });
});

test('an ending without a result tells the end of standard error', () => {
  expect(failureOf(undefined, ending)?.error).toBe('Claude Code ended without a result (exit code 1): stderr text');
  expect(failureOf(undefined, { ...ending, exitCode: null, signal: 'SIGKILL', errors: '' })?.error).toBe(
    'Claude Code ended without a result (signal SIGKILL)',
  );
});

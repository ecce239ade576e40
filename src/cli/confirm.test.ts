import { PassThrough, Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { canAsk, confirm } from './confirm.ts';
import type { CliContext } from './context.ts';

/** A terminal, or a pipe, at which `typed` is typed before its end. */
function contextWith(typed: string, isTTY: boolean): CliContext {
  const stdin = Object.assign(new PassThrough(), { isTTY });
  stdin.end(typed);
  const stderr = Object.assign(new Writable({ write: (_chunk, _encoding, done) => done() }), { isTTY });
  // What asking a person needs of a context, and no more.
  return { stdin, process: { stdout: stderr, stderr } } as unknown as CliContext;
}

test.each([
  ['y\n', true],
  [' YES \n', true],
  ['n\n', false],
  ['\n', false],
  ['yet\n', false],
  // Ctrl-D.
  ['', false],
])('typing %j is %s', async (typed, isYes) => {
  expect(await confirm(contextWith(typed, true), 'Really?')).toBe(isYes);
});

test('only at a terminal there is somebody to ask', () => {
  expect([canAsk(contextWith('', true)), canAsk(contextWith('', false))]).toEqual([true, false]);
  expect(canAsk({ ...contextWith('', true), stdin: undefined })).toBe(false);
});

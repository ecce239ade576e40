import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import type { CliContext } from '../context.ts';
import { glyphsFor } from './glyphs.ts';
import { hasColours, liveTerminal } from './live-conditions.ts';

/** A context whose stderr is a terminal of 16 colours unless NO_COLOR or FORCE_COLOR say otherwise. */
function context(env: CliContext['env'], isTTY = true): CliContext {
  const stderr = Object.assign(new PassThrough(), {
    isTTY,
    hasColors: (_count: number, seen: CliContext['env']) => seen['NO_COLOR'] === undefined || 'FORCE_COLOR' in seen,
  });
  return {
    process: { stdout: new PassThrough(), stderr, env: {} },
    stdin: undefined,
    cwd: '/',
    env,
    onSignal: () => () => undefined,
    screen: { owner: undefined },
  };
}

const xterm = { TERM: 'xterm-256color' };

test('a live view is drawn on a terminal', () => {
  expect(liveTerminal(context(xterm), {})).toBeDefined();
  expect(liveTerminal(context({ ...xterm, CI: '' }), {})).toBeDefined();
  expect(liveTerminal(context({ ...xterm, CI: 'false' }), {})).toBeDefined();
});

test.each([
  ['where stderr is none', context(xterm, false), {}],
  ['with --json', context(xterm), { json: true }],
  ['with --plain', context(xterm), { plain: true }],
  ['on a dumb terminal', context({ TERM: 'dumb' }), {}],
  ['on an unknown terminal', context({}), {}],
  ['in CI', context({ ...xterm, CI: 'true' }), {}],
])('plain lines are written %s', (_where, where, wish) => {
  expect(liveTerminal(where, wish)).toBeUndefined();
});

test('the flag decides on colours before the environment does', () => {
  const colours = (env: CliContext['env'], color?: boolean): boolean => {
    const seen = context({ ...xterm, ...env });
    const terminal = liveTerminal(seen, {});
    return terminal !== undefined && hasColours(terminal, seen, { color });
  };
  expect([colours({}), colours({ NO_COLOR: '1' }), colours({ NO_COLOR: '1', FORCE_COLOR: '1' })]).toEqual([
    true,
    false,
    true,
  ]);
  expect([colours({}, false), colours({ NO_COLOR: '1' }, true)]).toEqual([false, true]);
});

test.each([
  [{ LANG: 'de_DE.UTF-8' }, false],
  [{ LC_CTYPE: 'C.utf8', LANG: 'C' }, false],
  [{ LC_ALL: 'C', LANG: 'de_DE.UTF-8' }, true],
  [{ LC_ALL: '', LANG: 'de_DE.ISO-8859-1' }, true],
  [{}, true],
])('the locale of %j shows ASCII only: %j', (env, isAscii) => {
  expect(glyphsFor(env).isAscii).toBe(isAscii);
});

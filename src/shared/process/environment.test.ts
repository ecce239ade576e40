import { expect, test } from 'vitest';
import { allowedEnvironment } from './environment.ts';

const base = { PATH: '/bin', LC_ALL: 'C', GITHUB_TOKEN: 'secret', ANTHROPIC_API_KEY: 'key', EMPTY: undefined };

test('only named variables pass: a token in the environment does not reach a child', () => {
  expect(allowedEnvironment({ base })).toEqual({ PATH: '/bin', LC_ALL: 'C' });
});

test('an adapter adds the names its program needs, by prefix too', () => {
  expect(allowedEnvironment({ base, allow: ['ANTHROPIC_*'] })).toEqual({
    PATH: '/bin',
    LC_ALL: 'C',
    ANTHROPIC_API_KEY: 'key',
  });
});

test('values set for the child win over inherited ones', () => {
  expect(allowedEnvironment({ base, set: { PATH: '/opt', ORCHESTRA_RUN: 'r1' } })).toEqual({
    PATH: '/opt',
    LC_ALL: 'C',
    ORCHESTRA_RUN: 'r1',
  });
});

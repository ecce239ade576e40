import { expect, test } from 'vitest';
import { didYouMean, nearest } from './nearest.ts';

test.each([
  ['exti', 'exit'],
  ['wrok', 'work'],
  ['EXIT', 'exit'],
  ['reveiw', 'review'],
  ['reviw', 'review'],
  ['reeview', 'review'],
])('%s is %s', (written, meant) => {
  expect(nearest(written, ['exit', 'work', 'review'])).toBe(meant);
});

test.each(['ex', 'text', 'krow', 'something else', ''])('%j is none of them', (written) => {
  expect(nearest(written, ['exit', 'work', 'review'])).toBeUndefined();
});

test('of several the nearest is meant, and a stricter limit can be set', () => {
  expect(nearest('abcdefx', ['abcdyyy', 'abcdefg'])).toBe('abcdefg');
  expect(nearest('abcdexx', ['abcdefg'], 1)).toBeUndefined();
});

test('without a near one the hint lists what there is', () => {
  expect(didYouMean('zhs', ['bash', 'zsh'])).toBe('Did you mean `zsh`?');
  expect(didYouMean('powershell', ['bash', 'zsh'])).toBe('Write one of: bash, zsh.');
});

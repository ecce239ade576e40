import { expect, test } from 'vitest';
import { classNameOf } from './class-name.ts';

test.each([
  ['Loop A', 'loop-a'],
  ['Loop  A', 'loop--a'],
  ['Phase 1: Build & Test!', 'phase-1-build--test'],
  ['code-review', 'code-review'],
  ['Größe', 'gre'],
  ['a\tb', 'ab'],
])('the label %j gives the class %s', (label, name) => {
  expect(classNameOf(label)).toBe(name);
});

test.each(['', '!?', '\u00e9'])('the label %j gives no class', (label) => {
  expect(classNameOf(label)).toBeUndefined();
});

import { expect, test } from 'vitest';
import { verifies } from '../../../test/support/verifies.ts';
import { classNameOf } from './class-name.ts';

verifies('dot:subgraph:class', 'a label gives a class in lower case, spaces as hyphens, the rest stripped', () => {
  const labels = ['Loop A', 'Loop  A', 'Phase 1: Build & Test!', 'code-review', 'Größe', 'a\tb'];
  expect(labels.map(classNameOf)).toEqual(['loop-a', 'loop--a', 'phase-1-build--test', 'code-review', 'gre', 'ab']);
});

test.each(['', '!?', '\u00e9'])('the label %j gives no class', (label) => {
  expect(classNameOf(label)).toBeUndefined();
});

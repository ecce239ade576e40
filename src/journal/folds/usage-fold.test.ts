import { expect, test } from 'vitest';
import type { RecordedCall } from '../../engine/ports/step.ts';
import { UsageFold } from './usage-fold.ts';

const usage = { inputTokens: 10, outputTokens: 5, costUsd: 0.25 };
const call = (nodeId: string, scope = ''): RecordedCall => ({
  nodeId,
  scope,
  handler: 'codergen',
  visit: 1,
  attempt: 1,
  execution: 0,
  fidelity: 'truncate',
});

test('a branch has used what its steps and those of branches within it used', () => {
  const fold = new UsageFold();
  const calls = [call('top'), call('a', 'fan#1/a'), call('b', 'fan#1/b'), call('x', 'fan#1/b/sub#1@2/x')];
  for (const [index, one] of calls.entries()) {
    fold.started(String(index), one);
    fold.settled(String(index), usage);
  }
  expect(fold.byBranch()).toEqual({
    'fan#1/a': usage,
    'fan#1/b': { inputTokens: 20, outputTokens: 10, costUsd: 0.5 },
    'fan#1/b/sub#1@2/x': usage,
  });
  expect(fold.totals()).toEqual({ inputTokens: 40, outputTokens: 20, costUsd: 1 });
});

test('while a step runs, its branch has used what its agent reported so far', () => {
  const fold = new UsageFold();
  fold.started('a', call('a', 'fan#1/a'));
  fold.reported('a', { inputTokens: 3, outputTokens: 1 });
  expect(fold.byBranch()).toEqual({ 'fan#1/a': { inputTokens: 3, outputTokens: 1 } });
  fold.settled('a', usage);
  expect(fold.byBranch()).toEqual({ 'fan#1/a': usage });
});

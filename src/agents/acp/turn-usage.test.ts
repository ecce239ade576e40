import { expect, test } from 'vitest';
import { TurnUsage } from './turn-usage.ts';

const model_usage = [{ model: 'm' }];

test.each([
  [
    'beside its cache',
    { inputTokens: 10, outputTokens: 5, cachedReadTokens: 80, cachedWriteTokens: 5, totalTokens: 100 },
    95,
    5,
  ],
  ['with its cache in it', { inputTokens: 95, outputTokens: 5, cachedReadTokens: 80, totalTokens: 100 }, 95, 5],
  ['with thoughts beside its output', { inputTokens: 90, outputTokens: 5, thoughtTokens: 5, totalTokens: 100 }, 90, 10],
  ['without a total', { inputTokens: 7, outputTokens: 3 }, 7, 3],
])('input that is counted %s is what the turn was billed', (_how, usage, inputTokens, outputTokens) => {
  expect(new TurnUsage(false).total({ usage })).toEqual({ inputTokens, outputTokens });
});

test('what stands beside the answer or comes with its pieces counts where the answer says nothing', () => {
  const quota = { token_count: { input_tokens: 20, output_tokens: 4 }, model_usage };
  expect(new TurnUsage(false).total({ _meta: { quota } })).toEqual({ inputTokens: 20, outputTokens: 4, model: 'm' });
  const pieces = new TurnUsage(false);
  for (const _request of [1, 2]) pieces.addPiece({ usage: { inputTokens: 10, outputTokens: 2, totalTokens: 12 } });
  pieces.addPiece({ usage: 'strange' });
  expect(pieces.total({ stopReason: 'end_turn' })).toEqual({ inputTokens: 20, outputTokens: 4 });
  // Of a turn that broke off.
  expect(pieces.total(undefined)).toEqual({ inputTokens: 20, outputTokens: 4 });
});

test('cost is told of fresh sessions only, as it is that of all their turns, and in dollars only', () => {
  const usage = { inputTokens: 1, outputTokens: 1 };
  for (const [resumed, currency, costUsd] of [
    [false, 'USD', 0.5],
    [true, 'USD', undefined],
    [false, 'EUR', undefined],
  ] as const) {
    const counted = new TurnUsage(resumed);
    counted.addCost({ cost: { amount: 0.5, currency } });
    expect(counted.total({ usage })?.costUsd).toBe(costUsd);
  }
});

test('nothing is nothing', () => {
  for (const answer of [
    undefined,
    {},
    { usage: null },
    { usage: { inputTokens: 0, outputTokens: 0 } },
    { usage: { inputTokens: -1 } },
  ])
    expect(new TurnUsage(false).total(answer)).toBeUndefined();
});

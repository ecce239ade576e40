import { expect, test } from 'vitest';
import { toldCost } from './told-cost.ts';

const openrouter = { type: 'openrouter', isLocal: false } as const;

test('a model on your own machine costs nothing', () => {
  expect(toldCost({ type: 'ollama', isLocal: true })).toBe(0);
  expect(toldCost({ type: 'openai-compatible', isLocal: true }, { prompt_tokens: 5 })).toBe(0);
});

test('OpenRouter tells what it charged, and what the vendor does for whom it calls with your key', () => {
  const usage = { prompt_tokens: 194, cost: 0.95, cost_details: { upstream_inference_cost: 19 } };
  expect(toldCost(openrouter, usage)).toBe(0.95);
  expect(toldCost(openrouter, { ...usage, is_byok: true })).toBe(19.95);
  expect(toldCost(openrouter, { cost: 0.95, is_byok: true })).toBe(0.95);
});

test.each([undefined, null, [], {}, { cost: null }, { cost: '1' }])('of %j no cost is read', (usage) => {
  expect(toldCost(openrouter, usage)).toBeUndefined();
});

test('nobody else is believed to tell dollars', () => {
  expect(toldCost({ type: 'openai-compatible', isLocal: false }, { cost: 1 })).toBeUndefined();
});

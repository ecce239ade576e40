import { describe, expect, test } from 'vitest';
import { broke, fakeAgent, said } from '../../../test/support/fake-agent.ts';
import { stepCall, stepServices } from '../../../test/support/step-fixture.ts';
import type { Usage } from '../../contract/outcome.ts';
import type { AgentEvent } from '../../engine/ports/agent.ts';
import { priceList } from './price-list.ts';
import { UnknownPrices, withPrices } from './priced-agent.ts';
import { Prices } from './prices.ts';

const million: Usage = { inputTokens: 1_000_000, outputTokens: 1_000_000 };
const own = [
  { model: 'small', input: 1, output: 2, cacheRead: 0.1, cacheWrite: 1.5 },
  { model: 'big*', input: 10, output: 20 },
  { model: 'bigger*', input: 100, output: 200 },
  { model: 'resold', provider: 'reseller', input: 3, output: 4 },
];
const prices = new Prices(own);

describe('what tokens cost', () => {
  test('tokens of the cache have prices of their own, where there are any', () => {
    const cached = { ...million, cacheReadTokens: 500_000, cacheWriteTokens: 100_000 };
    expect(prices.costOf(million, { model: 'small' })).toBe(3);
    expect(prices.costOf(cached, { model: 'small' })).toBeCloseTo(0.4 + 0.05 + 0.15 + 2, 10);
    expect(prices.costOf(cached, { model: 'big' })).toBe(30);
  });

  test('the longest pattern that fits counts, and the user before the list', () => {
    expect(prices.costOf(million, { model: 'big-one' })).toBe(30);
    expect(prices.costOf(million, { model: 'bigger-one' })).toBe(300);
    expect(new Prices().costOf(million, { model: 'claude-opus-4-5' })).toBe(30);
    expect(new Prices([{ model: 'claude-*', input: 0, output: 0 }]).costOf(million, { model: 'claude-opus-4-5' })).toBe(
      0,
    );
  });

  test.each([
    'claude-opus-4-5',
    'claude-opus-4-5-20251101',
    'anthropic/claude-opus-4-5',
    'claude-opus-4-5[1m]',
    'Claude-Opus-4-5',
  ])('%s is the same model', (model) => expect(new Prices().costOf(million, { model })).toBe(30));

  test('a newer model does not cost what an older one of a similar name does', () => {
    expect(new Prices().costOf(million, { model: 'claude-opus-5-5' })).toBe(24);
    expect(new Prices().costOf(million, { model: 'claude-opus-5-6' })).toBeUndefined();
    expect(new Prices().costOf(million, { model: 'gpt-5.4-pro' })).toBeUndefined();
  });

  test('another provider has another price, or none that is known', () => {
    expect(prices.costOf(million, { model: 'resold', provider: 'reseller' })).toBe(7);
    expect(prices.costOf(million, { model: 'resold', provider: 'other' })).toBeUndefined();
    expect(prices.costOf(million, { model: 'claude-opus-4-5', provider: 'openrouter' })).toBeUndefined();
    expect(prices.costOf(million, { model: 'small', provider: 'other' })).toBe(3);
  });
});

test('each price of the list is dated, has a source, and stands there once', () => {
  for (const { date, source, input, output, cacheRead = input } of priceList) {
    expect(date).toMatch(/^\d{4}-\d\d-\d\d$/);
    expect(source).toMatch(/^https:/);
    expect(input).toBeGreaterThan(0);
    expect(output).toBeGreaterThan(input);
    expect(cacheRead).toBeLessThan(input);
  }
  expect(new Set(priceList.map(({ model }) => model)).size).toBe(priceList.length);
});

describe('an agent that tells tokens', () => {
  const usage = { inputTokens: 1_000, outputTokens: 1_000 };
  const unknown = new UnknownPrices();
  const ask = async (
    events: readonly AgentEvent[],
    more: { model?: string; runId?: string } = {},
  ): Promise<readonly AgentEvent[]> => {
    const adapter = withPrices(
      fakeAgent(() => events, 'agent'),
      prices,
      unknown,
    );
    const services = stepServices({ runId: more.runId ?? 'run-1' });
    const request = { sessionId: 's', cwd: '/', env: {}, call: stepCall(), services };
    const session = await adapter.open({ ...request, ...(more.model !== undefined && { model: more.model }) });
    const told: AgentEvent[] = [];
    for await (const event of session.prompt('do it', new AbortController().signal)) told.push(event);
    return told.slice(1);
  };

  test('and no cost gets one, in its events and in its result, be it good or bad', async () => {
    const priced = { ...usage, model: 'small', costUsd: 0.003 };
    for (const end of [
      said('done', { usage: { ...usage, model: 'small' } }),
      broke('busy', { usage: { ...usage, model: 'small' } }),
    ]) {
      expect(await ask([{ type: 'AgentUsage', ...usage, model: 'small' }, end])).toEqual([
        { type: 'AgentUsage', ...priced },
        { ...end, usage: priced },
      ]);
    }
  });

  test('and no model is priced by the one its session told, else by the one it was asked with', async () => {
    const done = said('done', { usage });
    const [, inSession] = await ask([
      { type: 'AgentSessionStarted', agent: 'agent', sessionId: 's', model: 'small', resumed: false },
      done,
    ]);
    expect(inSession).toEqual(said('done', { usage: { ...usage, costUsd: 0.003 } }));
    expect(await ask([done], { model: 'small' })).toEqual([inSession]);
  });

  test('and a cost is believed', async () => {
    const told = said('done', { usage: { ...usage, model: 'small', costUsd: 7 } });
    expect(await ask([told])).toEqual([told]);
  });

  test('of a model without a price has no cost, which is told once for each run and model', async () => {
    const odd = said('done', { usage: { ...usage, model: 'odd' } });
    const warning = {
      type: 'AgentWarning',
      message: expect.stringContaining('no price is known for the model odd of agent') as string,
    };
    expect(await ask([{ type: 'AgentUsage', ...usage, model: 'odd' }, odd])).toEqual([
      warning,
      { type: 'AgentUsage', ...usage, model: 'odd' },
      odd,
    ]);
    expect(await ask([odd])).toEqual([odd]);
    expect(await ask([odd], { runId: 'run-2' })).toEqual([warning, odd]);
    expect(await ask([said('done', { usage })])).toMatchObject([
      { message: expect.stringContaining('which model') as string },
      {},
    ]);
  });
});

import { expect, test } from 'vitest';
import { broke, fakeAgent, said, type FakeTurn } from '../../../test/support/fake-agent.ts';
import { stepCall, stepServices } from '../../../test/support/step-fixture.ts';
import type { StepEvent } from '../../contract/event.ts';
import { createCodergenHandler } from './codergen.ts';
import { createThreadSessions } from './codergen-threads.ts';

/** A step whose agents answer as given, each the fallback of the one before. */
async function run(turns: Readonly<Record<string, FakeTurn>>, left: readonly StepEvent[] = []) {
  return runChain(Object.entries(turns), left);
}

async function runChain(turns: readonly (readonly [id: string, turn: FakeTurn])[], left: readonly StepEvent[]) {
  const agents = turns.map(([id, turn]) => fakeAgent(turn, id));
  const choice = agents.reduceRight<{ adapter: (typeof agents)[number] } | undefined>(
    (fallback, adapter) => ({ adapter, ...(fallback && { fallback }) }),
    undefined,
  );
  const services = stepServices({ left });
  const handler = createCodergenHandler({
    agentFor: () => choice!,
    readStatusFile: async () => undefined,
    sessions: createThreadSessions(),
    deriveId: (text) => text,
  });
  const result = await handler.execute(stepCall({ attributes: { prompt: 'do it' } }), services);
  const asked = agents.flatMap(({ id, prompts }) => prompts.map(() => id));
  const decisions = services.events.filter(({ type }) => type === 'AgentFallback' || type === 'AgentLimitReached');
  return { ...result, asked, decisions };
}

const usage = { inputTokens: 10, outputTokens: 5, costUsd: 1 };
const busy: FakeTurn = () => [broke('429 too many requests', { transient: true, usage })];

test('where an agent fails with something that may pass, the next one does the work, and what both used counts', async () => {
  const done = await run({ first: busy, second: () => [said('done', { usage })], third: () => 'unasked' });
  expect(done.outcome).toMatchObject({ status: 'success', contextUpdates: { last_response: 'done' } });
  expect(done.asked).toEqual(['first', 'second']);
  expect(done.decisions).toEqual([
    { type: 'AgentFallback', from: 'first', to: 'second', reason: '429 too many requests' },
  ]);
  expect(done.usage).toEqual({ inputTokens: 20, outputTokens: 10, costUsd: 2 });
});

test('a failure that stays is not passed on: the next agent would only be paid for it again', async () => {
  const { outcome, asked, decisions } = await run({ first: () => [broke('invalid key')], second: () => 'unasked' });
  expect(outcome).toMatchObject({ status: 'fail', failureReason: 'invalid key' });
  expect([asked, decisions]).toEqual([['first'], []]);
});

test('where all of them fail, the node may retry for the reason of the last', async () => {
  const { outcome, asked } = await run({ first: busy, second: () => [broke('overloaded', { transient: true })] });
  expect(outcome).toMatchObject({ status: 'retry', failureReason: 'overloaded' });
  expect(asked).toEqual(['first', 'second']);
});

const limited =
  (error: string, retryAfterMs: number): FakeTurn =>
  () => [broke(error, { transient: true, retryAfterMs })];

test('a fallback is preferred to waiting for a limit, and both are told', async () => {
  const done = await run({ first: limited('limit, try again in 60 s', 60_000), second: () => 'done' });
  expect(done.outcome.status).toBe('success');
  expect(done.decisions).toEqual([
    { type: 'AgentLimitReached', agent: 'first', reason: 'limit, try again in 60 s', retryAfterMs: 60_000 },
    { type: 'AgentFallback', from: 'first', to: 'second', reason: 'limit, try again in 60 s' },
  ]);
});

test('where no fallback can do it either, the limit that passes first is waited for', async () => {
  const cases: Readonly<Record<string, Readonly<Record<string, FakeTurn>>>> = {
    first: { first: limited('first', 10), second: limited('second', 20), third: busy },
    second: { first: limited('first', 20), second: limited('second', 10), third: () => [broke('invalid key')] },
    third: { first: busy, second: busy, third: limited('third', 20) },
  };
  for (const [name, turns] of Object.entries(cases)) {
    const { outcome, retryAfterMs, asked } = await run(turns);
    expect(outcome).toEqual({ status: 'retry', failureReason: name });
    expect(retryAfterMs).toBe(name === 'third' ? 20 : 10);
    expect(asked).toEqual(['first', 'second', 'third']);
  }
});

test('after a crash the work goes on with the agent it had come to', async () => {
  const turns: Readonly<Record<string, FakeTurn>> = { first: () => 'unasked', second: () => 'done' };
  const fellBack: StepEvent = { type: 'AgentFallback', from: 'first', to: 'second', reason: 'busy' };
  const started: StepEvent = { type: 'AgentSessionStarted', agent: 'second', sessionId: 's', resumed: false };
  for (const left of [[fellBack], [fellBack, started]]) expect((await run(turns, left)).asked).toEqual(['second']);
  const unknown: StepEvent = { type: 'AgentSessionStarted', agent: 'gone', sessionId: 's', resumed: false };
  expect((await run(turns, [unknown])).asked).toEqual(['first']);
});

test('after a crash the work stays with the stand-in where it is the same agent with another model', async () => {
  const chain: readonly (readonly [string, FakeTurn])[] = [
    ['direct', () => 'unasked'],
    ['direct', () => 'done'],
  ];
  const fellBack: StepEvent = { type: 'AgentFallback', from: 'direct', to: 'direct', reason: 'busy' };
  const { outcome } = await runChain(chain, [fellBack]);
  expect(outcome.contextUpdates).toMatchObject({ last_response: 'done' });
});

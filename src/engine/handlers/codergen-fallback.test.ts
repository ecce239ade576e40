import { expect, test } from 'vitest';
import { broke, fakeAgent, said, type FakeTurn } from '../../../test/support/fake-agent.ts';
import { stepCall, stepServices } from '../../../test/support/step-fixture.ts';
import type { StepEvent } from '../../contract/event.ts';
import { createCodergenHandler } from './codergen.ts';
import { createThreadSessions } from './codergen-threads.ts';

/** A step whose agents answer as given, each the fallback of the one before. */
async function run(turns: Readonly<Record<string, FakeTurn>>, left: readonly StepEvent[] = []) {
  const agents = Object.entries(turns).map(([id, turn]) => fakeAgent(turn, id));
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
  const { outcome, usage } = await handler.execute(stepCall({ attributes: { prompt: 'do it' } }), services);
  const asked = agents.flatMap(({ id, prompts }) => prompts.map(() => id));
  const decisions = services.events.filter((event) => event.type === 'AgentFallback');
  return { outcome, usage, asked, decisions };
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

test('after a crash the work goes on with the agent it had come to', async () => {
  const turns: Readonly<Record<string, FakeTurn>> = { first: () => 'unasked', second: () => 'done' };
  const fellBack: StepEvent = { type: 'AgentFallback', from: 'first', to: 'second', reason: 'busy' };
  const started: StepEvent = { type: 'AgentSessionStarted', agent: 'second', sessionId: 's', resumed: false };
  for (const left of [[fellBack], [fellBack, started]]) expect((await run(turns, left)).asked).toEqual(['second']);
  const unknown: StepEvent = { type: 'AgentSessionStarted', agent: 'gone', sessionId: 's', resumed: false };
  expect((await run(turns, [unknown])).asked).toEqual(['first']);
});

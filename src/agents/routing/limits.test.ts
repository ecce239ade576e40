import { beforeAll, expect, test } from 'vitest';
import { fakeAgent, said, type FakeAgent, type FakeTurn } from '../../../test/support/fake-agent.ts';
import { stepCall, stepServices } from '../../../test/support/step-fixture.ts';
import type { AgentAdapter, AgentEvent } from '../../engine/ports/agent.ts';
import type { AgentLimits } from './agent-queue.ts';
import { Limits } from './limits.ts';
import type { RoutingClock } from './routing-clock.ts';

// Loaded with the first question, which takes longer than what the tests below let happen.
beforeAll(() => import('./agent-queue.ts'));

/** A clock that moves only when a test moves it. */
function handClock() {
  let now = 0;
  const sleepers: { readonly at: number; readonly wake: () => void }[] = [];
  const clock: RoutingClock = {
    now: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
        sleepers.push({ at: now + ms, wake: resolve });
      }),
  };
  return {
    clock,
    pass(ms: number): void {
      now += ms;
      for (const { at, wake } of sleepers) if (at <= now) wake();
    },
  };
}

function setUp(limits: AgentLimits, turn: FakeTurn = () => 'done') {
  const { clock, pass } = handClock();
  const agent = fakeAgent(turn, 'agent');
  const adapter = new Limits(new Map([['agent', limits]]), clock).guard(agent);
  return { agent, adapter, pass };
}

interface Asked {
  readonly events: AgentEvent[];
  readonly ended: Promise<void>;
}

/** Puts a prompt to the agent; what it tells is collected as it comes. */
function ask(adapter: AgentAdapter, signal = new AbortController().signal): Asked {
  const events: AgentEvent[] = [];
  const read = async (): Promise<void> => {
    const request = { sessionId: 's', cwd: '/', env: {}, call: stepCall(), services: stepServices() };
    const session = await adapter.open(request);
    for await (const event of session.prompt('do it', signal)) events.push(event);
  };
  return { events, ended: read() };
}

/** Lets everything happen that waits for nothing. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const prompts = ({ prompts: all }: FakeAgent): number => all.length;

test('so many turns go on at the same time, and the others are told why they wait', async () => {
  const { promise: answer, resolve: go } = Promise.withResolvers<void>();
  const { agent, adapter } = setUp({ maxConcurrent: 2 }, async function* () {
    await answer;
    yield said('done');
  });
  const turns = [ask(adapter), ask(adapter), ask(adapter)];
  await settled();
  expect(prompts(agent)).toBe(2);
  expect(turns[2]?.events).toEqual([{ type: 'AgentQueued', agent: 'agent', reason: '2 of its turns are under way' }]);
  go();
  await Promise.all(turns.map(({ ended }) => ended));
  expect(prompts(agent)).toBe(3);
});

test('requests of a minute may come at once; those after them wait, each longer than the one before', async () => {
  const { agent, adapter, pass } = setUp({ requestsPerMinute: 2 });
  const turns = [ask(adapter), ask(adapter), ask(adapter), ask(adapter)];
  await settled();
  expect(prompts(agent)).toBe(2);
  expect(turns.slice(2).map(({ events }) => events)).toEqual([
    [{ type: 'AgentQueued', agent: 'agent', reason: '2 requests a minute', waitMs: 30_000 }],
    [{ type: 'AgentQueued', agent: 'agent', reason: '2 requests a minute', waitMs: 60_000 }],
  ]);
  pass(30_000);
  await settled();
  expect(prompts(agent)).toBe(3);
  pass(30_000);
  await Promise.all(turns.map(({ ended }) => ended));
  expect(prompts(agent)).toBe(4);
});

test('tokens are counted when a turn is over, and what was taken too much is waited for', async () => {
  const usage = { inputTokens: 2_000, outputTokens: 1_000 };
  const { agent, adapter, pass } = setUp({ tokensPerMinute: 1_000 }, () => [
    { type: 'AgentUsage', ...usage },
    said('done', { usage }),
  ]);
  await ask(adapter).ended;
  const next = ask(adapter);
  await settled();
  expect(next.events).toEqual([
    { type: 'AgentQueued', agent: 'agent', reason: '1000 tokens a minute', waitMs: 120_000 },
  ]);
  pass(119_999);
  await settled();
  expect(prompts(agent)).toBe(1);
  pass(1);
  await next.ended;
  expect(prompts(agent)).toBe(2);
});

test('who gives up waiting leaves at once, and takes nothing with it', async () => {
  const { promise: answer, resolve: go } = Promise.withResolvers<void>();
  const { agent, adapter, pass } = setUp({ maxConcurrent: 1, requestsPerMinute: 1 }, async function* () {
    await answer;
    yield said('done');
  });
  const first = ask(adapter);
  await settled();
  const inLine = new AbortController();
  const second = ask(adapter, inLine.signal);
  await settled();
  inLine.abort(new Error('cancelled'));
  await expect(second.ended).rejects.toThrow('cancelled');

  go();
  await first.ended;
  const forRequest = new AbortController();
  const third = ask(adapter, forRequest.signal);
  await settled();
  expect(third.events).toMatchObject([{ type: 'AgentQueued', waitMs: 60_000 }]);
  forRequest.abort(new Error('cancelled'));
  await expect(third.ended).rejects.toThrow('cancelled');

  const request = { sessionId: 's', cwd: '/', env: {}, call: stepCall(), services: stepServices() };
  const session = await adapter.open(request);
  for await (const event of session.prompt('do it', new AbortController().signal))
    if (event.type === 'AgentQueued') break;

  const fourth = ask(adapter);
  await settled();
  expect(fourth.events).toMatchObject([{ type: 'AgentQueued', waitMs: 60_000 }]);
  pass(60_000);
  await fourth.ended;
  expect(prompts(agent)).toBe(2);
});

test('a turn that breaks or is given up gives its place back', async () => {
  let turns = 0;
  const { adapter } = setUp({ maxConcurrent: 1 }, async function* () {
    turns += 1;
    yield { type: 'AgentText', text: 'on it' };
    if (turns === 1) throw new Error('broke');
    yield said('done');
  });
  await expect(ask(adapter).ended).rejects.toThrow('broke');
  const request = { sessionId: 's', cwd: '/', env: {}, call: stepCall(), services: stepServices() };
  const session = await adapter.open(request);
  for await (const event of session.prompt('do it', new AbortController().signal))
    if (event.type === 'AgentText') break;
  await ask(adapter).ended;
  expect(turns).toBe(3);
});

test('agents have limits of their own, and one without any is left as it is', () => {
  const limits = new Limits(new Map([['agent', { maxConcurrent: 1 }]]));
  const other = fakeAgent(() => 'done', 'other');
  expect(limits.guard(other)).toBe(other);
});

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { broke, fakeAgent, said, type FakeTurn } from '../../../test/support/fake-agent.ts';
import { stepCall, stepServices } from '../../../test/support/step-fixture.ts';
import type { AgentEvent } from '../../engine/ports/agent.ts';
import { Circuits } from './circuits.ts';

beforeEach(() => void vi.useFakeTimers({ now: 0, toFake: ['Date'] }));
afterEach(() => void vi.useRealTimers());

/** An agent behind circuit breakers that open after two failures and rest for a minute. */
function setUp(turn: FakeTurn) {
  const agent = fakeAgent(turn, 'agent');
  const adapter = new Circuits({ failures: 2 }).guard(agent);
  const begin = async (model?: string) => {
    const request = { sessionId: 's', cwd: '/', env: {}, call: stepCall(), services: stepServices() };
    const session = await adapter.open({ ...request, ...(model !== undefined && { model }) });
    return session.prompt('do it', new AbortController().signal)[Symbol.asyncIterator]();
  };
  const ask = async (model?: string): Promise<readonly AgentEvent[]> => {
    const events: AgentEvent[] = [];
    const turnEvents = await begin(model);
    for (let next = await turnEvents.next(); !next.done; next = await turnEvents.next()) events.push(next.value);
    return events.filter(({ type }) => type !== 'AgentSessionStarted');
  };
  return { agent, ask, begin };
}

const busy = broke('overloaded', { transient: true });
const states = (events: readonly AgentEvent[]): readonly string[] =>
  events.flatMap((event) => (event.type === 'AgentCircuitChanged' ? [event.state] : []));

test('opens after failures in a row, refuses, lets one call try after its rest, and closes when that is answered', async () => {
  let isBusy = true;
  const { agent, ask } = setUp(() => [isBusy ? busy : said('done')]);
  expect(states(await ask())).toEqual([]);
  expect(await ask()).toEqual([
    { type: 'AgentCircuitChanged', agent: 'agent', state: 'open', reason: 'overloaded' },
    busy,
  ]);
  expect(await ask()).toEqual([
    {
      type: 'result',
      ok: false,
      transient: true,
      retryAfterMs: 60_000,
      error: 'agent failed 2 times in a row, and it rests for 60 s: overloaded',
    },
  ]);
  expect(agent.prompts).toHaveLength(2);

  vi.setSystemTime(60_000);
  expect(states(await ask())).toEqual(['half-open', 'open']);
  expect(agent.prompts).toHaveLength(3);
  expect(states(await ask())).toEqual([]);

  vi.setSystemTime(120_000);
  isBusy = false;
  expect(states(await ask())).toEqual(['half-open', 'closed']);
  expect(await ask()).toEqual([said('done')]);
});

test('an answer between failures begins the count anew, and so does a failure that stays', async () => {
  for (const answer of [said('done'), broke('invalid key')]) {
    const answers = [busy, answer, busy, answer, busy];
    const { ask, agent } = setUp(() => [answers.shift()!]);
    for (let call = 0; call < 5; call += 1) expect(states(await ask())).toEqual([]);
    expect(agent.prompts).toHaveLength(5);
  }
});

test('each model of an agent has its own', async () => {
  const { ask } = setUp(({ request }) => [request.model === 'small' ? said('done') : busy]);
  await ask('large');
  expect(await ask('large')).toContainEqual(expect.objectContaining({ state: 'open', model: 'large' }));
  expect(await ask('small')).toEqual([said('done')]);
});

test('while one call tries, others are refused at once', async () => {
  const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
  let calls = 0;
  const { ask } = setUp(async function* () {
    calls += 1;
    if (calls === 3) await answered;
    yield calls < 3 ? busy : said('done');
  });
  await ask();
  await ask();
  vi.setSystemTime(60_000);
  const probe = ask();
  await vi.waitFor(() => expect(calls).toBe(3));
  expect((await ask()).at(-1)).toMatchObject({ transient: true, error: expect.stringContaining('one call tries') });
  answer();
  expect(states(await probe)).toEqual(['half-open', 'closed']);
});

test('a refused call is told how long the rest still lasts', async () => {
  const { ask } = setUp(() => [busy]);
  await ask();
  await ask();
  vi.setSystemTime(45_000);
  expect(await ask()).toMatchObject([{ type: 'result', retryAfterMs: 15_000 }]);
});

test('a limit that names its time is no failure, and no sign that the agent can again', async () => {
  const limited = broke('limit reached', { transient: true, retryAfterMs: 1_000 });
  const answers = [busy, limited, limited, busy, limited, said('done')];
  const { ask } = setUp(() => [answers.shift()!]);
  for (let call = 0; call < 3; call += 1) expect(states(await ask())).toEqual([]);
  expect(states(await ask())).toEqual(['open']);
  vi.setSystemTime(60_000);
  expect(states(await ask())).toEqual(['half-open', 'open']);
  vi.setSystemTime(120_000);
  expect(states(await ask())).toEqual(['half-open', 'closed']);
});

test('a call nobody waits for says nothing of the agent, and a try that is given up leaves it resting', async () => {
  const { begin, ask, agent } = setUp(() => [{ type: 'AgentText', text: 'on it' }, busy]);
  const giveUp = async (): Promise<void> => {
    const turn = await begin();
    await turn.next();
    await turn.return?.();
  };
  await ask();
  await giveUp();
  expect(states(await ask())).toEqual(['open']);
  vi.setSystemTime(60_000);
  await giveUp();
  const asked = agent.prompts.length;
  expect((await ask()).at(-1)).toMatchObject({ error: expect.stringContaining('rests') });
  expect(agent.prompts).toHaveLength(asked);
});

test('one model of two providers is two: what is wrong with one says nothing of the other', async () => {
  const agent = fakeAgent(({ request }) => [request.provider === 'first' ? busy : said('done')], 'agent');
  const adapter = new Circuits({ failures: 1 }).guard(agent);
  const ask = async (provider: string): Promise<readonly AgentEvent[]> => {
    const request = { sessionId: 's', cwd: '/', env: {}, call: stepCall(), services: stepServices(), provider };
    const session = await adapter.open(request);
    return Array.fromAsync(session.prompt('do it', new AbortController().signal));
  };
  expect(states(await ask('first'))).toEqual(['open']);
  expect((await ask('second')).at(-1)).toEqual(said('done'));
});

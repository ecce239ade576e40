import { describe, expect, test } from 'vitest';
import { broke, fakeAgent, said, type FakeTurn } from '../../../test/support/fake-agent.ts';
import { stepCall, stepServices, type RecordedServices } from '../../../test/support/step-fixture.ts';
import type { StepEvent } from '../../contract/event.ts';
import { createRedactor } from '../../shared/redaction.ts';
import { AgentTurns } from './agent-turns.ts';
import { createCodergenHandler } from './codergen.ts';
import { createThreadSessions } from './codergen-threads.ts';

const text = (what: string): StepEvent => ({ type: 'AgentText', text: what });
const call = (id: string): StepEvent => ({ type: 'AgentToolCall', id, tool: 'write', input: {} });
const result = (id: string): StepEvent => ({ type: 'AgentToolResult', id, isError: false, output: '' });
const change: StepEvent = { type: 'AgentFileChange', path: 'a', change: 'created' };

async function run(turn: FakeTurn, services: RecordedServices = stepServices(), next?: FakeTurn): Promise<string[]> {
  const fallback = next && { adapter: fakeAgent(next, 'next') };
  const handler = createCodergenHandler({
    agentFor: () => ({ adapter: fakeAgent(turn), ...(fallback && { fallback }) }),
    readStatusFile: async () => undefined,
    sessions: createThreadSessions(),
    deriveId: (id) => id,
  });
  await handler.execute(stepCall(), services);
  return services.events.filter(({ type }) => type !== 'AgentSessionStarted').map(short);
}

function short(event: StepEvent): string {
  switch (event.type) {
    case 'AgentTurnCompleted':
      return `turn ${event.turn} with ${event.toolCalls} calls`;
    case 'AgentText':
      return event.text;
    case 'AgentToolCall':
      return `call ${event.id}`;
    case 'AgentToolResult':
      return `result ${event.id}`;
    default:
      return event.type;
  }
}

describe('a turn of an agent', () => {
  test('ends when the results of all its calls have come and the next answer begins', async () => {
    const told = await run(() => [
      text('I look'),
      call('a'),
      call('b'),
      result('b'),
      text('meanwhile'),
      result('a'),
      change,
      call('c'),
      result('c'),
      text('done'),
      said('done'),
    ]);
    expect(told).toEqual([
      'I look',
      'call a',
      'call b',
      'result b',
      'meanwhile',
      'result a',
      'AgentFileChange',
      'turn 1 with 2 calls',
      'call c',
      'result c',
      'turn 2 with 1 calls',
      'done',
      'turn 3 with 0 calls',
    ]);
  });

  test('may begin with a message that is nothing but calls, before they are told', async () => {
    const message: StepEvent = { type: 'AgentMessage', sessionId: 's', provider: 'p', role: 'assistant', content: [] };
    const told = await run(() => [message, call('a'), result('a'), message, call('b'), result('b'), said('done')]);
    expect(told).toEqual([
      'AgentMessage',
      'call a',
      'result a',
      'turn 1 with 1 calls',
      'AgentMessage',
      'call b',
      'result b',
      'turn 2 with 1 calls',
    ]);
  });

  test('whose results never come ends with the prompt', async () => {
    expect(await run(() => [call('a'), call('b'), result('b'), text('bye'), said('bye')])).toEqual([
      'call a',
      'call b',
      'result b',
      'bye',
      'turn 1 with 2 calls',
    ]);
  });

  test('is counted for an answer that told nothing, and for work that was broken off, not for a prompt that came to nothing', async () => {
    expect(await run(() => 'done')).toEqual(['turn 1 with 0 calls']);
    expect(await run(() => [call('a'), broke('gone')])).toEqual(['call a', 'turn 1 with 1 calls']);
    expect(await run(() => [broke('gone')])).toEqual([]);
  });

  test('of an agent that tells nothing but its result is the result of the step', () => {
    const turns = new AgentTurns(0);
    expect(turns.endingWith({ ok: true })).toBeUndefined();
  });

  test('is numbered on by the next agent, and by the next start after a crash', async () => {
    const left: StepEvent[] = [{ type: 'AgentTurnCompleted', turn: 1, toolCalls: 0 }];
    const services = stepServices({ epoch: 2, left });
    const told = await run(
      () => [call('a'), broke('busy', { transient: true })],
      services,
      () => 'done',
    );
    expect(told.filter((line) => line.startsWith('turn'))).toEqual(['turn 2 with 1 calls', 'turn 3 with 0 calls']);
  });

  test('ends behind all of its own, also behind what waits because it may be half a secret', async () => {
    const redactor = createRedactor({ PASSWORD: 'hunter2-hunter2' });
    const told = await run(() => [call('a'), result('a'), text('all hunter2-'), said('')], stepServices({ redactor }));
    expect(told).toEqual(['call a', 'result a', 'turn 1 with 1 calls', 'all hunter2-', 'turn 2 with 0 calls']);
  });

  test('is durable before the next one is read', async () => {
    const durable = Promise.withResolvers<void>();
    const order: string[] = [];
    const services = stepServices({
      emit: (event) => {
        order.push(short(event));
        if (event.type !== 'AgentTurnCompleted' || event.turn > 1) return Promise.resolve();
        return durable.promise.then(() => void order.push('durable'));
      },
    });
    const step = run(function* () {
      yield* [call('a'), result('a'), text('more')];
      order.push('read on');
      yield said('done');
    }, services);
    durable.resolve();
    await step;
    expect(order.slice(-5)).toEqual(['turn 1 with 1 calls', 'durable', 'more', 'read on', 'turn 2 with 0 calls']);
  });
});

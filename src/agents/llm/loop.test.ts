import { LLMock } from '@copilotkit/aimock';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { until } from '../../../test/support/cli.ts';
import { keptConversations, providersAt, tool, toolboxOf, turnOf } from '../../../test/support/llm-backends.ts';
import { startModelServer } from '../../../test/support/model-server.ts';
import type { StepEvent } from '../../contract/event.ts';
import type { Toolbox } from '../tools/tool.ts';
import type { ToolBackendOptions } from './backend-options.ts';
import { createLoopAdapter } from './loop.ts';

let mock: LLMock;
beforeEach(async () => {
  mock = new LLMock({ port: 0, host: '127.0.0.1' });
  await mock.start();
});
afterEach(() => mock.stop());

const call = (name: string, input: object) => ({ name, arguments: JSON.stringify(input) });

function loop(toolbox: Toolbox, more: Partial<ToolBackendOptions> = {}) {
  return createLoopAdapter({
    providers: providersAt(mock.url, 'anthropic'),
    conversations: keptConversations(),
    toolboxFor: async () => toolbox,
    isOffline: async () => false,
    baseEnv: process.env,
    maxRetries: 0,
    ...more,
  });
}

describe('calls of one message', () => {
  /** Two calls, each of which tells when it began and waits to be let go. */
  function gatedTools(access: 'read' | 'write') {
    const order: string[] = [];
    const gate = { first: Promise.withResolvers<void>(), second: Promise.withResolvers<void>() };
    const gated = tool(
      'gated',
      async (path) => {
        order.push(`begin ${path}`);
        await gate[path as keyof typeof gate].promise;
        order.push(`end ${path}`);
        return { text: `result of ${path}`, isError: false };
      },
      access,
    );
    mock.on({ turnIndex: 0 }, { toolCalls: [call('gated', { path: 'first' }), call('gated', { path: 'second' })] });
    mock.on({ turnIndex: 1 }, { content: 'done' });
    return { order, gate, toolbox: toolboxOf(gated) };
  }

  test('run together where all of them only read', async () => {
    const { order, gate, toolbox } = gatedTools('read');
    const turn = turnOf(loop(toolbox), 'go');
    gate.second.resolve();
    await until(() => order.length === 3);
    expect(order).toEqual(['begin first', 'begin second', 'end second']);
    gate.first.resolve();
    const { events, result } = await turn;
    expect(result).toMatchObject({ ok: true, text: 'done' });
    expect(resultsIn(events)).toEqual(['result of second', 'result of first']);
  });

  test('run one after the other where one may change something', async () => {
    const { order, gate, toolbox } = gatedTools('write');
    const turn = turnOf(loop(toolbox), 'go');
    gate.second.resolve();
    gate.first.resolve();
    await turn;
    expect(order).toEqual(['begin first', 'end first', 'begin second', 'end second']);
  });
});

test('what goes wrong in a call is told to the model, which may do better', async () => {
  const picky = tool('picky', async (path) => ({
    text: path === 'b' ? 'fine' : 'no such file',
    isError: path !== 'b',
  }));
  mock.on({ turnIndex: 0 }, { toolCalls: [call('picky', { path: 'a' }), call('unheard', {})] });
  mock.on({ turnIndex: 1 }, { toolCalls: [call('picky', { path: 'b' })] });
  mock.on({ turnIndex: 2 }, { content: 'done' });
  const { events, result } = await turnOf(loop(toolboxOf(picky)), 'go');
  expect(result).toMatchObject({ ok: true, text: 'done' });
  expect(resultsIn(events)).toEqual(['no such file', 'there is no tool "unheard"', 'fine']);
});

test('what a call changed, and what it was not allowed, is told', async () => {
  const toolbox: Toolbox = {
    ...toolboxOf(tool('write', async () => ({ text: '', isError: false }), 'write')),
    call: async (name) =>
      name === 'write'
        ? { text: 'written', isError: false, changes: [{ path: 'a.txt', change: 'created' }] }
        : { text: 'not permitted', isError: true, denied: true },
  };
  mock.on({ turnIndex: 0 }, { toolCalls: [call('write', { path: 'a.txt' }), call('shell', { command: 'ls' })] });
  mock.on({ turnIndex: 1 }, { content: 'done' });
  const { events } = await turnOf(loop(toolbox), 'go');
  expect(events).toContainEqual({ type: 'AgentFileChange', path: 'a.txt', change: 'created' });
  expect(events).toContainEqual({ type: 'AgentPermissionDenied', tool: 'shell', input: { command: 'ls' } });
});

test('a model that comes to no end is stopped after its turns, those before a crash included', async () => {
  const again = tool('again', async () => ({ text: 'again', isError: false }));
  mock.on({}, { toolCalls: [call('again', {})] });
  const stopped = await turnOf(loop(toolboxOf(again), { maxTurns: 3 }), 'go');
  expect(stopped.result).toMatchObject({ ok: false, transient: false, error: expect.stringContaining('max_turns') });
  expect(mock.getRequests()).toHaveLength(3);

  const cutOff = stopped.events.slice(
    0,
    stopped.events.findLastIndex(({ type }) => type === 'AgentMessage'),
  );
  const conversations = keptConversations([{ key: 'work#1', events: cutOff }]);
  await turnOf(loop(toolboxOf(again), { maxTurns: 3, conversations }), 'go on', { resume: 'our-id' });
  expect(mock.getRequests()).toHaveLength(4);
});

describe('a conversation that was cut off', () => {
  const read = tool('read', async (path) => ({ text: `content of ${path}`, isError: false }));

  async function recorded(): Promise<readonly StepEvent[]> {
    mock.on(
      { turnIndex: 0 },
      { content: 'I look.', toolCalls: [call('read', { path: 'a' }), call('read', { path: 'b' })] },
    );
    mock.on({ turnIndex: 1 }, { content: 'done' });
    mock.on({ turnIndex: 2 }, { content: 'done again' });
    return (await turnOf(loop(toolboxOf(read)), 'go')).events;
  }

  test('at any event goes on with what is missing only, to the same end', async () => {
    const events = await recorded();
    const whole = mock.getRequests().length;
    for (const cut of events.keys()) {
      const left = events.slice(0, cut + 1);
      const toolbox = toolboxOf(read);
      const conversations = keptConversations([{ key: 'work#1', events: left }]);
      const before = mock.getRequests().length;
      const { result } = await turnOf(loop(toolbox, { conversations }), 'go on', { resume: 'our-id' });
      expect(result).toMatchObject({ ok: true, text: 'done' });
      expect(toolbox.calls).toHaveLength(2 - resultsIn(left).length);
      const answered = left.filter((event) => event.type === 'AgentMessage' && event.role === 'assistant').length;
      expect(mock.getRequests().length - before).toBe(whole - answered);
    }
  });

  test('and is gone on with by the next operation of its thread tells the model of calls without results', async () => {
    const events = await recorded();
    const left = events.slice(0, events.findIndex(({ type }) => type === 'AgentToolResult') + 1);
    const conversations = keptConversations([{ key: 'before#1', events: left }]);
    const { result } = await turnOf(loop(toolboxOf(read), { conversations }), 'and now?', { resume: 'our-id' });
    expect(result).toMatchObject({ ok: true });
    expect(JSON.stringify(mock.getLastRequest()?.body)).toMatch(/content of a[^]*was interrupted/);
  });

  test('under another provider is not gone on with: it could not read its signed thoughts', async () => {
    const conversations = keptConversations([{ key: 'before#1', events: await recorded() }]);
    const providers = providersAt(mock.url, 'openai');
    const { result } = await turnOf(loop(toolboxOf(read), { conversations, providers }), 'go', { resume: 'our-id' });
    expect(result).toMatchObject({
      ok: false,
      sessionLost: true,
      error: expect.stringContaining('provider anthropic'),
    });
  });
});

test('Anthropic is told to keep a conversation that goes on', async () => {
  const server = await startModelServer();
  onTestFinished(() => server.stop());
  server.mock.on({ turnIndex: 0 }, { toolCalls: [call('read', { path: 'a' })] });
  server.mock.on({ turnIndex: 1 }, { content: 'done' });
  const read = tool('read', async () => ({ text: 'content', isError: false }));
  await turnOf(loop(toolboxOf(read), { providers: providersAt(server.url, 'anthropic') }), 'go');
  expect(server.requests.map(({ body }) => body.includes('"cache_control":{"type":"ephemeral"}'))).toEqual([
    false,
    true,
  ]);
});

test('a call in flight when the step is aborted ends the turn with the reason', async () => {
  const abort = new AbortController();
  const waiting = tool('waiting', async (_path, { signal }) => {
    const aborted = new Promise((resolve) => signal.addEventListener('abort', resolve));
    abort.abort(new Error('dropped'));
    await aborted;
    return { text: 'too late', isError: false };
  });
  mock.on({}, { toolCalls: [call('waiting', {})] });
  await expect(turnOf(loop(toolboxOf(waiting)), 'go', {}, abort.signal)).rejects.toThrow('dropped');
  expect(mock.getRequests()).toHaveLength(1);
});

function resultsIn(events: readonly StepEvent[]): readonly string[] {
  return events.flatMap((event) => (event.type === 'AgentToolResult' ? [event.output] : []));
}

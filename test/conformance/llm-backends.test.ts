import { LLMock } from '@copilotkit/aimock';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { ToolBackendOptions } from '../../src/agents/llm/backend-options.ts';
import type { StepEvent } from '../../src/contract/event.ts';
import type { AgentAdapter } from '../../src/engine/ports/agent.ts';
import {
  keptConversations,
  llmBackends,
  providersAt,
  tool,
  toolboxOf,
  turnOf,
  wireFormats,
} from '../support/llm-backends.ts';
import { stepCall, stepServices } from '../support/step-fixture.ts';
import { startFaultyServer, type Fault } from '../support/model-faults.ts';

/* How every backend of ours talks to models, in every wire format, against a scripted model on loopback. */

let mock: LLMock;
beforeEach(async () => {
  mock = new LLMock({ port: 0, host: '127.0.0.1' });
  await mock.start();
});
afterEach(() => mock.stop());

const usage = {
  input_tokens: 100,
  output_tokens: 20,
  prompt_tokens: 100,
  completion_tokens: 20,
  promptTokenCount: 100,
  candidatesTokenCount: 20,
};
const whole = { inputTokens: 100, outputTokens: 20 };

const formats = Object.keys(wireFormats);
const backends = Object.entries(llmBackends);

describe.each(backends.flatMap(([id, create]) => formats.map((format) => [id, format, create] as const)))(
  '%s with the wire format %s',
  (id, format, create) => {
    const adapterAt = (url: string, more: Partial<ToolBackendOptions> = {}) => backendAt(create, url, format, more);

    async function spoiled(fault: Fault, answer: { readonly content: string }) {
      mock.on({ userMessage: /go/ }, answer);
      const server = await startFaultyServer(mock, fault);
      onTestFinished(() => server.stop());
      return server;
    }

    test('a text is told as it comes, and what it took', async () => {
      mock.on({ userMessage: /go/ }, { content: 'Hello, here I am.', usage });
      const { events, result } = await turnOf(adapterAt(mock.url), 'go');
      expect(result).toMatchObject({ ok: true, text: 'Hello, here I am.', usage: whole });
      expect(events[0]).toMatchObject({ type: 'AgentSessionStarted', agent: id, sessionId: 'our-id', resumed: false });
      expect(textOf(events)).toBe('Hello, here I am.');
      expect(typesOf(events)).toEqual([
        'AgentSessionStarted',
        'AgentMessage',
        'AgentText',
        'AgentUsage',
        'AgentMessage',
      ]);
    });

    test('the system text is told as one', async () => {
      mock.on({ userMessage: /go/, systemMessage: /You are a poet/ }, { content: 'a rose' });
      const { result } = await turnOf(adapterAt(mock.url), 'go', { system: 'You are a poet.' });
      expect(result).toMatchObject({ ok: true, text: 'a rose' });
    });

    test('a refused key fails for good, a busy provider does not, and says when it can be asked again', async () => {
      const slow = { error: { message: 'slow down', type: 'rate_limit_error' }, status: 429, retryAfter: 3 };
      mock.on({ userMessage: /key/ }, { error: { message: 'invalid key', type: 'authentication_error' }, status: 401 });
      mock.on({ userMessage: /busy/ }, slow);
      const refused = await turnOf(adapterAt(mock.url), 'key');
      expect(refused.result).toMatchObject({ ok: false, transient: false, error: expect.stringContaining('401') });
      const busy = await turnOf(adapterAt(mock.url), 'busy');
      expect(busy.result).toMatchObject({ ok: false, transient: true, retryAfterMs: 3_000 });
      expect(busy.result).toMatchObject({ error: expect.stringContaining('slow down') });
    });

    test('a provider that is busy once is asked again when it says, and that is told', async () => {
      mock.on({ userMessage: /go/, sequenceIndex: 0 }, { error: { message: 'slow down' }, status: 429, retryAfter: 0 });
      mock.on({ userMessage: /go/, sequenceIndex: 1 }, { content: 'now', usage });
      const { events, result } = await turnOf(adapterAt(mock.url, { maxRetries: 2 }), 'go');
      expect(result).toMatchObject({ ok: true, text: 'now', usage: whole });
      expect(events).toContainEqual(expect.objectContaining({ type: 'AgentRetrying', attempt: 1, delayMs: 0 }));
    });

    test('a broken provider may be mended', async () => {
      mock.on({ userMessage: /go/ }, { error: { message: 'out of order', type: 'api_error' }, status: 500 });
      const { result } = await turnOf(adapterAt(mock.url), 'go');
      expect(result).toMatchObject({ ok: false, transient: true, error: expect.stringContaining('500') });
      mock.on({ userMessage: /again/ }, { content: 'mended' });
      expect((await turnOf(adapterAt(mock.url), 'again')).result).toMatchObject({ ok: true, text: 'mended' });
    });

    test('nobody there may pass, too', async () => {
      const server = await startFaultyServer(mock, 'hang');
      await server.stop();
      const { result } = await turnOf(adapterAt(server.url), 'go');
      expect(result).toMatchObject({ ok: false, transient: true });
    });

    test('a missing key is told before anything is asked', async () => {
      const providers = providersAt(mock.url, format, {}, {});
      const adapter = adapterAt(mock.url, { providers });
      expect(await adapter.detect()).toMatchObject({
        available: false,
        reason: expect.stringMatching(/_KEY is not set/),
      });
      await expect(turnOf(adapter, 'go')).rejects.toMatchObject({ code: 'PROVIDER_KEY_MISSING' });
      const keyless = await adapterAt(mock.url).detect({ provider: 'openrouter' });
      expect(keyless).toMatchObject({ available: false, reason: expect.stringContaining('OPENROUTER_API_KEY') });
      expect(await adapterAt(mock.url).detect({ model: 'smart' })).toEqual({ available: true });
    });

    test('a provider elsewhere is not asked offline', async () => {
      const adapter = adapterAt(mock.url, { isOffline: async () => true });
      expect(await adapter.detect()).toMatchObject({ available: false, reason: expect.stringContaining('offline') });
      await expect(turnOf(adapter, 'go')).rejects.toMatchObject({ code: 'PROVIDER_OFFLINE' });
    });

    test('an answer that never comes is given up when the step is, and the connection with it', async () => {
      const server = await spoiled('hang', { content: 'x' });
      const abort = new AbortController();
      const turn = turnOf(adapterAt(server.url), 'go', {}, abort.signal);
      void server.arrived.then(() => abort.abort(new Error('dropped')));
      await expect(turn).rejects.toThrow('dropped');
      await server.gone;
    });

    test('a reader that goes ends the request', async () => {
      const server = await spoiled('endless', { content: 'FLOOD' });
      const services = stepServices();
      const request = { sessionId: 'our-id', cwd: '/project', env: {}, call: stepCall(), services };
      const session = await adapterAt(server.url).open(request);
      for await (const event of session.prompt('go', services.signal)) if (event.type === 'AgentText') break;
      await server.gone;
    });

    test('a provider that is silent for too long may come back', async () => {
      const server = await spoiled('hang', { content: 'x' });
      const providers = providersAt(server.url, format, { timeout: '50ms' });
      const { result } = await turnOf(adapterAt(server.url, { providers }), 'go');
      expect(result).toMatchObject({ ok: false, transient: true, error: expect.stringContaining('silent for 50 ms') });
    });

    test('garbage is a failure', async () => {
      const server = await spoiled('garbage', { content: 'x' });
      expect((await turnOf(adapterAt(server.url), 'go')).result).toMatchObject({ ok: false });
    });

    test.each(['torn', 'short'] as const)(
      'an answer that is %s is a failure that may pass, never half a success',
      async (fault) => {
        const content = `beginning ${'and so on '.repeat(20)} MIDDLE ${'and so on '.repeat(20)}`;
        const server = await spoiled(fault, { content });
        const { events, result } = await turnOf(adapterAt(server.url), 'go');
        expect(result).toMatchObject({ ok: false, transient: true });
        expect(textOf(events)).toContain('beginning');
      },
    );

    test('an answer cut off at the limit of tokens is told, never taken for whole', async () => {
      const cut = { content: 'half an ans', finishReason: 'length' };
      const url = format === 'openai' ? (await spoiled('limited', cut)).url : mock.url;
      mock.on({ userMessage: /go/ }, cut);
      const { result } = await turnOf(adapterAt(url), 'go');
      expect(result).toMatchObject({ ok: false, transient: false, error: expect.stringContaining('max_tokens') });
    });

    test('a session goes on where its last operation left it, and one nobody knows is lost', async () => {
      mock.on({ userMessage: /first/ }, { content: 'It is blue.' });
      const first = await turnOf(adapterAt(mock.url), 'first');
      const conversations = keptConversations([{ key: 'before#1', events: first.events }]);
      mock.on({ userMessage: /second/ }, { content: 'Still blue.' });
      const second = await turnOf(adapterAt(mock.url, { conversations }), 'second', { resume: 'our-id' });
      expect(second.result).toMatchObject({ ok: true, text: 'Still blue.' });
      const sent = JSON.stringify(mock.getLastRequest()?.body);
      expect(sent).toMatch(/first[^]*It is blue\.[^]*second/);
      const lost = await turnOf(adapterAt(mock.url), 'second', { resume: 'unknown' });
      expect(lost.result).toMatchObject({ ok: false, sessionLost: true });
    });

    test('an operation that was cut off after its answer needs no second one', async () => {
      mock.on({ userMessage: /go/ }, { content: 'done', usage });
      const { events } = await turnOf(adapterAt(mock.url), 'go');
      const asked = mock.getRequests().length;
      const conversations = keptConversations([{ key: 'work#1', events }]);
      const again = await turnOf(adapterAt(mock.url, { conversations }), 'go on', { resume: 'our-id' });
      expect(again.result).toMatchObject({ ok: true, text: 'done', usage: whole });
      expect(mock.getRequests().length).toBe(asked);
    });
  },
);

// Sixty-four megabytes take their time, and how they are read is the same for all backends.
test.each(formats)('a flood in the wire format %s is cut off', async (format) => {
  mock.on({ userMessage: /go/ }, { content: 'FLOOD' });
  const server = await startFaultyServer(mock, 'flood');
  onTestFinished(() => server.stop());
  const { result } = await turnOf(backendAt(llmBackends['direct']!, server.url, format), 'go');
  expect(result).toMatchObject({ ok: false, error: expect.stringContaining('longer than 64 MB') });
  expect(await server.gone).toBeLessThan(100 * 1024 * 1024);
});

const withTools = backends.filter(([id]) => id !== 'direct');

describe.each(withTools.flatMap(([id, create]) => formats.map((format) => [id, format, create] as const)))(
  'tools of %s with the wire format %s',
  (_id, format, create) => {
    const look = { content: 'I look.', toolCalls: [{ name: 'read', arguments: { path: 'a.txt' } }], usage };

    test('are run, and their results told to the model', async () => {
      const toolbox = toolboxOf(tool('read', async (path) => ({ text: `content of ${path}`, isError: false })));
      mock.on({ userMessage: /go/, hasToolResult: false }, look);
      mock.on({ userMessage: /go/, toolResultContains: 'content of a.txt' }, { content: 'It says so.', usage });
      const adapter = backendAt(create, mock.url, format, { toolboxFor: async () => toolbox });
      const { events, result } = await turnOf(adapter, 'go');
      expect(result).toMatchObject({ ok: true, text: 'It says so.', usage: { inputTokens: 200, outputTokens: 40 } });
      expect(typesOf(events)).toEqual([
        ...['AgentSessionStarted', 'AgentMessage', 'AgentText', 'AgentUsage', 'AgentMessage'],
        ...['AgentToolCall', 'AgentToolResult', 'AgentText', 'AgentUsage', 'AgentMessage'],
      ]);
      const called = { type: 'AgentToolCall', tool: 'read', input: { path: 'a.txt' } };
      expect(events).toContainEqual(expect.objectContaining(called));
      expect(toolbox.calls).toHaveLength(1);
    });
  },
);

type Create = (options: ToolBackendOptions) => AgentAdapter;

function backendAt(create: Create, url: string, format: string, more: Partial<ToolBackendOptions> = {}): AgentAdapter {
  return create({
    providers: providersAt(url, format),
    conversations: keptConversations(),
    toolboxFor: async () => toolboxOf(),
    isOffline: async () => false,
    baseEnv: process.env,
    maxRetries: 0,
    ...more,
  });
}

function typesOf(events: readonly StepEvent[]): readonly string[] {
  const types = events.map(({ type }) => type);
  // However many pieces a text comes in.
  return types.filter((type, index) => type !== 'AgentText' || types[index - 1] !== 'AgentText');
}

function textOf(events: readonly StepEvent[]): string {
  return events.map((event) => (event.type === 'AgentText' ? event.text : '')).join('');
}

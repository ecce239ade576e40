import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LLMock } from '@copilotkit/aimock';
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest';
import { keptConversations, providersAt, tool, toolboxOf, turnOf } from '../../../../test/support/llm-backends.ts';
import { stepServices } from '../../../../test/support/step-fixture.ts';
import { createRedactor } from '../../../shared/redaction.ts';
import type { StepEvent } from '../../../contract/event.ts';
import { createLangGraphAdapter, type LangGraphOptions } from './langgraph.ts';

let mock: LLMock;
beforeEach(async () => {
  mock = new LLMock({ port: 0, host: '127.0.0.1' });
  await mock.start();
});
afterEach(() => mock.stop());

const note = tool('note', async (path) => ({ text: `noted ${path}`, isError: false }), 'write');

function graph(more: Partial<LangGraphOptions> = {}) {
  return createLangGraphAdapter({
    providers: providersAt(mock.url, 'anthropic'),
    conversations: keptConversations(),
    toolboxFor: async () => toolboxOf(note),
    isOffline: async () => false,
    baseEnv: {},
    maxRetries: 0,
    ...more,
  });
}

function scripted(): void {
  const noting = (path: string) => ({ name: 'note', arguments: JSON.stringify({ path }) });
  mock.on({ turnIndex: 0 }, { content: 'First.', toolCalls: [noting('a'), noting('b')] });
  mock.on({ turnIndex: 1 }, { toolCalls: [noting('c')] });
  mock.on({ turnIndex: 2 }, { content: 'done' });
}

test('a graph that was cut off at any event goes on with what is missing only', async () => {
  scripted();
  const { events } = await turnOf(graph(), 'go');
  expect(resultsIn(events)).toEqual(['noted a', 'noted b', 'noted c']);
  for (const cut of events.keys()) {
    const left = events.slice(0, cut + 1);
    const toolbox = toolboxOf(note);
    const conversations = keptConversations([{ key: 'work#1', events: left }]);
    const adapter = graph({ conversations, toolboxFor: async () => toolbox });
    const { result } = await turnOf(adapter, 'go on', { resume: 'our-id' });
    expect(result).toMatchObject({ ok: true, text: 'done' });
    expect(toolbox.calls).toHaveLength(3 - resultsIn(left).length);
  }
});

test('a graph that comes to no end is stopped after its turns', async () => {
  mock.on({}, { toolCalls: [{ name: 'note', arguments: '{"path":"x"}' }] });
  const { result } = await turnOf(graph({ maxTurns: 3 }), 'go');
  expect(result).toMatchObject({ ok: false, error: expect.stringContaining('max_turns') });
  expect(mock.getRequests()).toHaveLength(3);
});

test('a tool that is broken breaks the turn, and is not told to the model as an answer', async () => {
  scripted();
  const broken = { ...toolboxOf(note), call: () => Promise.reject(new Error('a defect')) };
  await expect(turnOf(graph({ toolboxFor: async () => broken }), 'go')).rejects.toThrow('a defect');
});

test('without its packages it says which to install, and never becomes another backend', async () => {
  const missing = Object.assign(new Error("Cannot find package '@langchain/langgraph' imported from here"), {
    code: 'ERR_MODULE_NOT_FOUND',
  });
  const adapter = graph({ load: () => Promise.reject(missing) });
  const reason = expect.stringContaining('npm install @langchain/langgraph @langchain/core langsmith');
  expect(await adapter.detect()).toMatchObject({ available: false, reason });
  await expect(turnOf(adapter, 'go')).rejects.toMatchObject({ code: 'PACKAGE_MISSING', hint: reason });
});

test('with LANGSMITH_API_KEY the graph, its models and its tools are traced, without secrets', async () => {
  scripted();
  const received: string[] = [];
  const keys = new Set<unknown>();
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push(Buffer.concat(chunks).toString('utf8'));
      keys.add(request.headers['x-api-key']);
      response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const baseEnv = { LANGSMITH_API_KEY: 'ls-key', LANGSMITH_ENDPOINT: endpoint, LANGSMITH_PROJECT: 'mine' };
  const services = stepServices({ redactor: createRedactor({ TOKEN: 'secret-value-1' }) });
  const { result } = await turnOf(graph({ baseEnv }), 'go with secret-value-1', { services });
  expect(result).toMatchObject({ ok: true });
  const sent = received.join('\n');
  expect([...keys]).toContain('ls-key');
  expect(sent).toMatch(/ConversationModel/);
  expect(sent).toContain('noted a');
  expect(sent).toContain('"mine"');
  expect(sent).not.toContain('secret-value-1');
});

function resultsIn(events: readonly StepEvent[]): readonly string[] {
  return events.flatMap((event) => (event.type === 'AgentToolResult' ? [event.output] : []));
}

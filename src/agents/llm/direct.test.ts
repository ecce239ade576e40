import { expect, onTestFinished, test } from 'vitest';
import { keptConversations, providersAt, turnOf } from '../../../test/support/llm-backends.ts';
import { startModelServer } from '../../../test/support/model-server.ts';
import { stepCall } from '../../../test/support/step-fixture.ts';
import { createDirectAdapter } from './direct.ts';

async function asked(format: string, attributes: Readonly<Record<string, string>>, effort?: 'low') {
  const server = await startModelServer();
  onTestFinished(() => server.stop());
  server.mock.on({}, { content: '{"verdict":"good"}' });
  const adapter = createDirectAdapter({
    providers: providersAt(server.url, format),
    conversations: keptConversations(),
    isOffline: async () => false,
    maxRetries: 0,
  });
  const call = stepCall({ attributes });
  const { result } = await turnOf(adapter, 'judge', { call, ...(effort && { reasoningEffort: effort }) });
  expect(result).toMatchObject({ ok: true, text: '{"verdict":"good"}' });
  return server.requests[0]!.body;
}

const attributes = { output_schema: '{"type":"object","properties":{"verdict":{"enum":["good","bad"]}}}' };

test.each(['openai', 'google'])('%s is held to a declared output', async (format) => {
  expect(await asked(format, attributes)).toMatch(/"verdict":\{"enum":\["good","bad"\]\}/);
  expect(await asked(format, {})).not.toContain('verdict"');
});

test('an endpoint nobody knows is not asked for what it may refuse: declared outputs and reasoning efforts', async () => {
  const body = await asked('openai-compatible', attributes, 'low');
  expect(body).not.toMatch(/response_format|reasoning/);
});

test('what is said stays with us: OpenAI is told to store nothing', async () => {
  expect(await asked('openai', {})).toContain('"store":false');
});

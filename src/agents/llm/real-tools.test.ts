import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LLMock } from '@copilotkit/aimock';
import { expect, onTestFinished, test } from 'vitest';
import { keptConversations, llmBackends, providersAt, turnOf } from '../../../test/support/llm-backends.ts';
import { newToolScene } from '../../../test/support/tool-scene.ts';
import { toolsFrom } from '../tools/tools-from.ts';

test.each(['loop', 'langgraph'])('%s works with the tools of a project, as far as it is permitted', async (id) => {
  const mock = new LLMock({ port: 0, host: '127.0.0.1' });
  await mock.start();
  onTestFinished(() => mock.stop());
  const call = (name: string, input: object) => ({ name, arguments: JSON.stringify(input) });
  mock.on({ turnIndex: 0 }, { toolCalls: [call('write-file', { path: 'a.txt', content: 'made by a model\n' })] });
  mock.on({ turnIndex: 1 }, { toolCalls: [call('read-file', { path: 'a.txt' }), call('shell', { command: 'ls' })] });
  mock.on({ turnIndex: 2 }, { content: 'It is there.' });

  const { folder: cwd } = newToolScene();
  const baseEnv = { PATH: process.env['PATH'], HOME: '/nonexistent' };
  const sources = toolsFrom({ baseEnv, keep: async (text) => ({ kept: text.length }) });
  const adapter = llmBackends[id]!({
    providers: providersAt(mock.url, 'anthropic'),
    conversations: keptConversations(),
    toolboxFor: (request) => sources.open(request),
    isOffline: async () => false,
    baseEnv,
  });
  const { events, result } = await turnOf(adapter, 'go', { cwd });
  expect(result).toMatchObject({ ok: true });
  expect(readFileSync(join(cwd, 'a.txt'), 'utf8')).toBe('made by a model\n');
  const told = events.flatMap((event) => (event.type === 'AgentToolResult' ? [event.output] : []));
  expect(told.join()).toContain('made by a model');
  expect(events).toContainEqual({ type: 'AgentFileChange', path: 'a.txt', change: 'created' });
  expect(events).toContainEqual({ type: 'AgentPermissionDenied', tool: 'shell', input: { command: 'ls' } });
});

import { LLMock } from '@copilotkit/aimock';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startOllamaServer } from '../../../test/support/ollama-server.ts';
import { providersSection } from '../../contract/config/providers.ts';
import { Providers } from '../llm/providers/provider.ts';
import type { LocalServer, PullProgress } from './local-server.ts';
import { serverOf } from './server-of.ts';

function serverAt(url: string, type: string): LocalServer {
  return serverOf(new Providers(providersSection.parse({ here: { type, api_base: `${url}/v1` } }), {}).find());
}

const nobody = 'http://127.0.0.1:1';
const never = new AbortController().signal;

describe('Ollama', () => {
  test('is healthy where it tells its version, and lists its models', async () => {
    const server = serverAt((await startOllamaServer()).url, 'ollama');
    expect(await server.health()).toEqual({ isUp: true, version: '0.12.6' });
    expect(await server.list()).toEqual([
      { name: 'codellama:13b', bytes: 7_365_960_935, modifiedAt: '2026-10-01T08:00:00.000000000Z' },
    ]);
  });

  test('fetches a model and tells how far it is, and removes it', async () => {
    const ollama = await startOllamaServer();
    const server = serverAt(ollama.url, 'ollama');
    const told: PullProgress[] = [];
    await server.pull?.('tiny:latest', (progress) => told.push(progress), never);
    expect(told).toContainEqual({ status: 'pulling 9f438cb9cd58', doneBytes: 400, totalBytes: 1_000 });
    expect(told.at(-1)).toEqual({ status: 'success' });
    expect(ollama.models).toContain('tiny:latest');
    await server.remove?.('tiny:latest');
    expect(ollama.models).not.toContain('tiny:latest');
  });

  test('that has no such model says so; a download that broke off is none', async () => {
    const server = serverAt((await startOllamaServer()).url, 'ollama');
    const pull = (model: string) => server.pull?.(model, () => undefined, never);
    await expect(pull('unheard')).rejects.toMatchObject({ code: 'MODEL_UNKNOWN' });
    await expect(pull('broken')).rejects.toMatchObject({ code: 'MODEL_SERVER_FAILED', message: /connection reset/ });
    await expect(pull('torn')).rejects.toMatchObject({ code: 'MODEL_SERVER_FAILED', message: /broke off/ });
    await expect(server.remove?.('unheard')).rejects.toMatchObject({ code: 'MODEL_UNKNOWN' });
  });

  test('a download ends with the signal', async () => {
    const server = serverAt((await startOllamaServer()).url, 'ollama');
    await expect(server.pull?.('tiny:latest', () => undefined, AbortSignal.abort(new Error('enough')))).rejects.toThrow(
      'enough',
    );
  });
});

test('a server that is compatible with OpenAI lists its models and can neither fetch nor remove any', async () => {
  const mock = new LLMock({ port: 0, host: '127.0.0.1' });
  await mock.start();
  onTestFinished(() => mock.stop());
  for (const type of ['llamacpp', 'localai', 'openai-compatible']) {
    const server = serverAt(mock.url, type);
    expect(await server.health()).toEqual({ isUp: true });
    expect(await server.list()).toEqual(expect.arrayContaining([{ name: expect.any(String) }]));
    expect([server.pull, server.remove]).toEqual([undefined, undefined]);
  }
});

test('where nobody is, health says so and questions fail', async () => {
  for (const type of ['ollama', 'llamacpp']) {
    const server = serverAt(nobody, type);
    expect(await server.health()).toEqual({ isUp: false, problem: expect.stringMatching(/127\.0\.0\.1:1: /) });
    await expect(server.list()).rejects.toMatchObject({ code: 'MODEL_SERVER_FAILED' });
  }
});

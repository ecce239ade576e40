import { expect, test } from 'vitest';
import type { LocalModelReport, ModelServerReport } from '../../src/contract/model-report.ts';
import { newProject } from '../support/cli.ts';
import { startOllamaServer } from '../support/ollama-server.ts';

test('orchestra models looks after the models of Ollama: status, list, pull, remove', async () => {
  const project = newProject();
  const ollama = await startOllamaServer();
  const env = { OLLAMA_HOST: ollama.url };

  const status = await project.run(['models', 'status', '--json'], { env });
  expect(status.code).toBe(0);
  expect(status.document<{ servers: ModelServerReport[] }>().servers).toEqual([
    { provider: 'ollama', type: 'ollama', address: ollama.url, up: true, version: '0.12.6', models: 1 },
  ]);
  expect((await project.run(['models', 'status'], { env })).stdout).toMatch(/^ollama +ollama +up +1 +http/m);

  const pulled = await project.run(['models', 'pull', 'tiny:latest'], { env });
  expect(pulled).toMatchObject({ code: 0, stdout: 'tiny:latest was pulled (ollama)\n' });
  expect(pulled.stderr).toContain('pulling 9f438cb9cd58: 40 % of 1.0 KB');

  const list = await project.run(['models', 'list', '--json'], { env });
  const { models } = list.document<{ models: LocalModelReport[] }>();
  expect(models.map(({ name }) => name)).toEqual(['codellama:13b', 'tiny:latest']);
  expect((await project.run(['models', 'list'], { env })).stdout).toMatch(/^codellama:13b +ollama +7\.4 GB$/m);

  const removed = await project.run(['models', 'remove', 'tiny:latest', '--json'], { env });
  expect(removed.document()).toEqual({ provider: 'ollama', model: 'tiny:latest', change: 'removed' });
  expect(ollama.models).toEqual(['codellama:13b']);
});

test('orchestra models says what is wrong: no such model, no such server, nobody there, one that cannot', async () => {
  const project = newProject();
  const { url } = await startOllamaServer();
  const run = (args: readonly string[], host = url) => project.run(['models', ...args], { env: { OLLAMA_HOST: host } });

  expect(await run(['pull', 'unheard'])).toMatchObject({ code: 2, stderr: expect.stringContaining('MODEL_UNKNOWN') });
  expect(await run(['list', '--provider', 'olama'])).toMatchObject({
    code: 2,
    stderr: expect.stringMatching(/PROVIDER_UNKNOWN[^]*ollama/),
  });
  expect(await run(['pull', 'tiny', '--provider', 'llamacpp'])).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('llamacpp (llamacpp) cannot pull models'),
  });
  const nobody = 'http://127.0.0.1:1';
  expect(await run(['list'], nobody)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('MODEL_SERVER_FAILED'),
  });
  expect(await run(['status'], nobody)).toMatchObject({ code: 1, stdout: expect.stringContaining('down') });
});

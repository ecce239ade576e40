import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/**
 * A stand-in for Ollama on loopback, in the wire format of its documentation: version, tags, pull in lines of JSON, delete.
 * What it can fetch is `library`; pulling `broken` ends with an error in the middle, `torn` without a word.
 */
export interface OllamaServer {
  readonly url: string;
  /** The models it has. */
  readonly models: readonly string[];
  /** Method and path of each request. */
  readonly requests: readonly string[];
}

export async function startOllamaServer(library: readonly string[] = ['tiny:latest']): Promise<OllamaServer> {
  const models: string[] = ['codellama:13b'];
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    void bodyOf(request).then((body) =>
      answer(`${request.method} ${request.url}`, body, { models, library }, response),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(
    () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  );
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, models, requests };
}

interface Stock {
  readonly models: string[];
  readonly library: readonly string[];
}

function answer(asked: string, body: string, { models, library }: Stock, response: ServerResponse): void {
  const json = (status: number, value: object): void =>
    void response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(value));
  const model = body === '' ? '' : (JSON.parse(body) as { readonly model: string }).model;
  switch (asked) {
    case 'GET /api/version':
      return json(200, { version: '0.12.6' });
    case 'GET /api/tags':
      return json(200, {
        models: models.map((name) => ({
          name,
          model: name,
          modified_at: '2026-10-01T08:00:00.000000000Z',
          size: 7_365_960_935,
          digest: '9f438cb9cd581fc025612d27f7c1a6669ff83a8bb0ed86c94fcf4c5440555697',
          details: { format: 'gguf', family: 'llama', parameter_size: '13B', quantization_level: 'Q4_0' },
        })),
      });
    case 'DELETE /api/delete': {
      const at = models.indexOf(model);
      if (at === -1) return json(404, { error: `model '${model}' not found` });
      models.splice(at, 1);
      return void response.writeHead(200).end();
    }
    case 'POST /api/pull':
      return pull(model, { models, library }, response);
    default:
      return json(404, { error: 'not found' });
  }
}

function pull(model: string, { models, library }: Stock, response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/x-ndjson' });
  const say = (...lines: readonly object[]): void =>
    void response.write(lines.map((line) => `${JSON.stringify(line)}\n`).join(''));
  say({ status: 'pulling manifest' });
  const layer = { status: 'pulling 9f438cb9cd58', digest: 'sha256:9f438cb9cd58', total: 1_000 };
  if (model === 'broken') say({ ...layer, completed: 400 }, { error: 'max retries exceeded: connection reset' });
  else if (model === 'torn') say({ ...layer, completed: 400 });
  else if (!library.includes(model)) say({ error: 'pull model manifest: file does not exist' });
  else {
    say(layer, { ...layer, completed: 400 }, { ...layer, completed: 1_000 });
    say({ status: 'verifying sha256 digest' }, { status: 'writing manifest' }, { status: 'success' });
    models.push(model);
  }
  response.end();
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

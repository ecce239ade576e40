import { createServer, request as sendRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LLMock } from '@copilotkit/aimock';

/**
 * A scripted model behind a logging front, on loopback only. aimock speaks every wire format; the
 * front keeps what agents sent and can hang on a marker, which aimock cannot.
 */
export interface ModelServer {
  /** Base URL to give to agents, without a trailing slash. */
  readonly url: string;
  /** Where answers are scripted. */
  readonly mock: LLMock;
  /** Every request in order of arrival, with its whole body. */
  readonly requests: readonly ModelRequest[];
  /** Requests whose body contains `marker` are never answered. */
  hangOn(marker: string): void;
  /** Resolves once a request whose body contains `marker` has arrived. */
  arrival(marker: string): Promise<ModelRequest>;
  stop(): Promise<void>;
}

export interface ModelRequest {
  readonly method: string;
  readonly path: string;
  readonly body: string;
  /** Resolves when the client closes its connection. */
  readonly closed: Promise<void>;
}

export async function startModelServer(): Promise<ModelServer> {
  const mock = new LLMock({ port: 0, host: '127.0.0.1' });
  await mock.start();
  const requests: ModelRequest[] = [];
  const hanging: string[] = [];
  const waiters: { readonly marker: string; readonly resolve: (request: ModelRequest) => void }[] = [];

  const front = createServer((incoming, response) => {
    void readBody(incoming).then((body) => {
      const closed = new Promise<void>((resolve) => response.once('close', resolve));
      const request: ModelRequest = { method: incoming.method ?? 'GET', path: incoming.url ?? '/', body, closed };
      requests.push(request);
      for (const waiter of waiters) if (body.includes(waiter.marker)) waiter.resolve(request);
      if (!hanging.some((marker) => body.includes(marker))) forward(mock, incoming, body, response);
    });
  });
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));

  return {
    url: `http://127.0.0.1:${(front.address() as AddressInfo).port}`,
    mock,
    requests,
    hangOn: (marker) => void hanging.push(marker),
    arrival: (marker) => {
      const seen = requests.find((request) => request.body.includes(marker));
      return seen ? Promise.resolve(seen) : new Promise((resolve) => waiters.push({ marker, resolve }));
    },
    async stop() {
      front.closeAllConnections();
      await new Promise((resolve) => front.close(resolve));
      await mock.stop();
    },
  };
}

async function readBody(incoming: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

function forward(mock: LLMock, incoming: IncomingMessage, body: string, response: ServerResponse): void {
  const upstream = sendRequest(
    new URL(incoming.url ?? '/', mock.url),
    { method: incoming.method ?? 'GET', headers: { ...incoming.headers, host: new URL(mock.url).host } },
    (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    },
  );
  upstream.once('error', () => response.destroy());
  response.once('close', () => upstream.destroy());
  upstream.end(body);
}

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { createMcpHandler } from '@modelcontextprotocol/server';
import { onTestFinished } from 'vitest';
import { newMcpServer } from './mcp-tools.ts';

export interface McpOverHttp {
  readonly url: string;
  /** Headers of every request, in order. */
  readonly requests: readonly Headers[];
  /** Answers the next requests with this status instead. */
  refuse(status: number | undefined): void;
  stop(): Promise<void>;
  /** On the same port. */
  start(): Promise<void>;
}

/** An MCP server over streamable HTTP on loopback, gone after the test. */
export async function serveMcpOverHttp(): Promise<McpOverHttp> {
  const handler = createMcpHandler(newMcpServer);
  const requests: Headers[] = [];
  let refusal: number | undefined;
  let port = 0;
  const server = createServer((incoming, response) => {
    void (async () => {
      const headers = new Headers(Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]));
      requests.push(headers);
      const body = incoming.method === 'POST' ? new Uint8Array(await buffer(incoming)) : null;
      const request = new Request(`http://127.0.0.1:${port}/mcp`, { method: incoming.method ?? 'GET', headers, body });
      const answer = refusal === undefined ? await handler.fetch(request) : new Response('no', { status: refusal });
      response.writeHead(answer.status, Object.fromEntries(answer.headers));
      if (answer.body) for await (const chunk of answer.body) response.write(chunk);
      response.end();
    })();
  });
  const start = async (): Promise<void> => {
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  };
  const stop = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  await start();
  onTestFinished(stop);
  return {
    url: `http://127.0.0.1:${port}/mcp`,
    requests,
    refuse: (status) => void (refusal = status),
    stop,
    start,
  };
}

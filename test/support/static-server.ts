import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { text } from 'node:stream/consumers';

export interface StaticServer {
  /** Ends in a slash. */
  readonly url: string;
  close(): void;
}

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.svg': 'image/svg+xml',
  '.wasm': 'application/wasm',
};

export interface StaticServerOptions {
  readonly folder: string;
  /** Of every answer. */
  readonly headers: Readonly<Record<string, string>>;
  /** Gets the body of whatever is posted, which is how a browser reports what a policy made it refuse. */
  readonly onPost: (body: string) => void;
}

/** Serves the files of a folder on this machine alone; everything else is a 404. */
export async function serveFolder({ folder, headers, onPost }: StaticServerOptions): Promise<StaticServer> {
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.method === 'POST') {
      onPost(await text(request));
      response.writeHead(204, headers).end();
      return;
    }
    const file = join(folder, request.url === '/' ? 'index.html' : (request.url ?? ''));
    const content = existsSync(file) ? await readFile(file) : undefined;
    response
      .writeHead(content ? 200 : 404, { ...headers, 'content-type': types[extname(file)] ?? 'text/plain' })
      .end(content);
  };
  const server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // A server that listens on a port has an address object.
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, close: () => void server.close() };
}

import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http';
import { connect } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { HostFilter } from './allowed-hosts.ts';

/** The only way out of a sandbox. */
export interface FilterProxy {
  /** Path of the socket it listens on. */
  readonly socket: string;
  /** `host:port` of everybody who was asked for and is not allowed. */
  readonly refused: ReadonlySet<string>;
  close(): Promise<void>;
}

/**
 * An HTTP proxy on a socket of the file system, which a sandbox without a network can hold: CONNECT for what is encrypted,
 * requests with a whole URL for what is not. It resolves names itself, so whom a name means is not up to the program.
 */
export async function startFilterProxy(isAllowed: HostFilter): Promise<FilterProxy> {
  const folder = await mkdtemp(join(tmpdir(), 'orchestra-proxy-'));
  const socket = join(folder, 'socket');
  const refused = new Set<string>();
  const admits = ({ hostname, port }: Destination): boolean => {
    if (isAllowed(hostname, port)) return true;
    refused.add(`${hostname}:${port}`);
    return false;
  };
  const open = new Set<Duplex>();
  const server = createServer({ requireHostHeader: false }, (request, response) => {
    const destination = requestedOf(request.url ?? '');
    if (!destination) return void response.writeHead(400).end('a proxy takes whole URLs of http only\n');
    if (!admits(destination)) return void response.writeHead(403).end(refusal(destination));
    pass(request, response, destination);
  });
  server.on('connect', (request, client) => {
    const destination = tunnelOf(request.url ?? '');
    if (!destination || !admits(destination)) {
      client.end(`HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\n${destination ? refusal(destination) : ''}`);
      return;
    }
    tunnel(client, destination, open);
  });
  server.listen(socket);
  await once(server, 'listening');
  return {
    socket,
    refused,
    async close() {
      server.closeAllConnections();
      for (const stream of open) stream.destroy();
      server.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface Destination {
  readonly hostname: string;
  readonly port: number;
}

interface Requested extends Destination {
  readonly path: string;
}

/** Of a request: `http://host/path`. */
function requestedOf(text: string): Requested | undefined {
  const url = URL.parse(text);
  if (url?.protocol !== 'http:') return undefined;
  const { hostname, port, pathname, search } = url;
  return { hostname, port: port === '' ? 80 : Number(port), path: `${pathname}${search}` };
}

/** Of a tunnel: `host:port`. */
function tunnelOf(text: string): Destination | undefined {
  const [, hostname, port] = /^([^:@/[\]]+):(\d{1,5})$/.exec(text) ?? [];
  return hostname === undefined ? undefined : { hostname, port: Number(port) };
}

function refusal({ hostname, port }: Destination): string {
  return `${hostname}:${port} is not among the hosts that the sandbox allows\n`;
}

function pass(request: IncomingMessage, response: ServerResponse, { hostname, port, path }: Requested): void {
  const { 'proxy-connection': _own, 'proxy-authorization': _key, ...headers } = request.headers;
  const { method } = request;
  const onward = httpRequest({
    hostname,
    port,
    path,
    headers,
    ...(method && { method }),
  });
  onward.on('response', (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
    answer.on('error', () => response.destroy());
  });
  onward.on('error', (error) => {
    if (response.headersSent) response.destroy();
    else response.writeHead(502).end(`${hostname}:${port} cannot be reached: ${error.message}\n`);
  });
  response.on('close', () => onward.destroy());
  request.pipe(onward);
}

function tunnel(client: Duplex, { hostname, port }: Destination, open: Set<Duplex>): void {
  const server = connect(port, hostname);
  for (const stream of [client, server]) open.add(stream.once('close', () => open.delete(stream)));
  server.once('connect', () => {
    client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    // Either end may break off: that ends the other, and is nobody's failure here.
    pipeline(client, server, client).catch(() => undefined);
  });
  server.once('error', (error) => {
    client.end(
      `HTTP/1.1 502 Bad Gateway\r\nConnection: close\r\n\r\n${hostname}:${port} cannot be reached: ${error.message}\n`,
    );
  });
  client.once('error', () => server.destroy());
}

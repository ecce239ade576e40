import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createServer, request, type IncomingMessage } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { startFilterProxy, type FilterProxy } from './filter-proxy.ts';

let port: number;
let proxy: FilterProxy;
beforeEach(async () => {
  const server = createServer((asked, response) => {
    asked
      .on('data', () => undefined)
      .on('end', () => response.end(`${asked.method} ${asked.url} ${asked.headers.host}`));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  ({ port } = server.address() as AddressInfo); // it listens at a port
  proxy = await startFilterProxy((host, at) => host === '127.0.0.1' && at === port);
  onTestFinished(async () => {
    await proxy.close();
    server.close();
  });
});

async function ask(
  url: string,
  method = 'GET',
): Promise<{ readonly status: number | undefined; readonly text: string }> {
  const asking = request({ socketPath: proxy.socket, path: url, method, headers: { host: new URL(url).host } });
  asking.end(method === 'POST' ? 'body' : undefined);
  const [answer] = (await once(asking, 'response')) as [IncomingMessage];
  return { status: answer.statusCode, text: (await answer.setEncoding('utf8').toArray()).join('') };
}

describe('plain requests', () => {
  test('to an allowed host pass as they are', async () => {
    const answer = await ask(`http://127.0.0.1:${port}/a?b=c`, 'POST');
    expect(answer).toEqual({ status: 200, text: `POST /a?b=c 127.0.0.1:${port}` });
  });

  test('to others do not, and are remembered', async () => {
    expect(await ask('http://stranger.example/')).toMatchObject({
      status: 403,
      text: expect.stringContaining('stranger'),
    });
    expect([...proxy.refused]).toEqual(['stranger.example:80']);
  });

  test('to a server that is not there fail as such', async () => {
    const gone = await startFilterProxy(() => true);
    proxy = { ...gone };
    expect((await ask('http://127.0.0.1:1/')).status).toBe(502);
  });
});

/** What the proxy says to CONNECT, and everything after `sent` was written into the tunnel. */
async function tunnel(to: string, sent: string): Promise<string> {
  const socket = connect(proxy.socket);
  socket.write(`CONNECT ${to} HTTP/1.1\r\nHost: ${to}\r\n\r\n`);
  let said = '';
  socket.setEncoding('utf8').on('data', (text: string) => {
    if (said === '' && text.startsWith('HTTP/1.1 200')) socket.write(sent);
    said += text;
  });
  await once(socket, 'close');
  return said;
}

describe('tunnels', () => {
  test('to an allowed host carry whatever there is', async () => {
    const said = await tunnel(`127.0.0.1:${port}`, `GET /in HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    expect(said).toMatch(/^HTTP\/1.1 200 Connection Established/);
    expect(said).toContain('GET /in x');
  });

  test('to others are refused', async () => {
    expect(await tunnel('stranger.example:443', '')).toMatch(/^HTTP\/1.1 403/);
    expect(await tunnel('127.0.0.1:22', '')).toMatch(/^HTTP\/1.1 403/);
    expect([...proxy.refused]).toEqual(['stranger.example:443', '127.0.0.1:22']);
  });
});

test('closed, it leaves no socket and no connection', async () => {
  const socket = connect(proxy.socket);
  const closed = once(socket, 'close');
  socket.write(`CONNECT 127.0.0.1:${port} HTTP/1.1\r\n\r\n`);
  const [said] = (await once(socket, 'data')) as [Buffer];
  expect(said.toString()).toContain('200');
  await proxy.close();
  await closed;
  expect(existsSync(proxy.socket)).toBe(false);
});

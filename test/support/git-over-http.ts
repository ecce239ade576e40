import { execFileSync, spawn } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

export interface GitOverHttp {
  /** Without a slash at its end; repositories of the folder lie below. */
  readonly url: string;
}

/** Serves the repositories of a folder by git's own `http-backend` on loopback, to who knows the password; gone after the test. */
export async function serveGit(folder: string, user: string, password: string): Promise<GitOverHttp> {
  const backend = join(execFileSync('git', ['--exec-path'], { encoding: 'utf8' }).trim(), 'git-http-backend');
  const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  const server = createServer((request, response) => {
    void (async () => {
      if (request.headers.authorization !== authorization) {
        response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
        return;
      }
      const url = new URL(request.url ?? '/', 'http://host');
      const body = await buffer(request);
      const child = spawn(backend, {
        env: {
          PATH: process.env['PATH'] ?? '',
          GIT_PROJECT_ROOT: folder,
          GIT_HTTP_EXPORT_ALL: '1',
          REQUEST_METHOD: request.method ?? 'GET',
          PATH_INFO: decodeURIComponent(url.pathname),
          QUERY_STRING: url.search.slice(1),
          CONTENT_TYPE: request.headers['content-type'] ?? '',
          CONTENT_LENGTH: String(body.length),
          HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
          GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
          // Lets `receive-pack` in: pushes of nobody are refused.
          REMOTE_USER: user,
        },
      });
      child.stdin.end(body);
      const said = await buffer(child.stdout);
      const end = said.indexOf('\r\n\r\n');
      const fields = said.subarray(0, end).toString().split('\r\n');
      const headers = Object.fromEntries(
        fields.map((field) => field.split(': ', 2)).filter((pair) => pair.length === 2),
      );
      const { Status: status = '200 OK', ...others } = headers as Readonly<Record<string, string>>;
      response.writeHead(Number.parseInt(status, 10), others).end(said.subarray(end + 4));
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  // A server that listens on a port has an address object.
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}` };
}

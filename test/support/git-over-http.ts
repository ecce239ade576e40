import { execFileSync, spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { readOptional } from '../../src/shared/process/identity.ts';
import { processTable } from '../../src/shared/process/process-table.ts';

/** Whom the server lets in. */
export interface HttpUser {
  readonly name: string;
  readonly password: string;
}

export interface GitOverHttp {
  /** Address of a repository of the folder, with the name and password of whoever is given. */
  address(repository: string, user?: HttpUser): string;
  /** Requests so far, each as `GET /path`. */
  readonly requests: readonly string[];
  /** Command lines of all processes of this machine, as they were at each request; on Linux. */
  readonly commandLines: ReadonlySet<string>;
  /** From now on what would change a repository is answered with this status. */
  refuse(status: number): void;
  /** From now on nothing is answered, until that is over. */
  hang(): void;
  goOn(): void;
}

/** Serves the repositories of a folder by git's own `http-backend` on loopback; to everybody, unless a user is named. Gone after the test. */
export async function serveGit(folder: string, user?: HttpUser): Promise<GitOverHttp> {
  const backend = join(execFileSync('git', ['--exec-path'], { encoding: 'utf8' }).trim(), 'git-http-backend');
  const authorization = user && `Basic ${Buffer.from(`${user.name}:${user.password}`).toString('base64')}`;
  const requests: string[] = [];
  const commandLines = new Set<string>();
  let refusal: number | undefined;
  let waiting: PromiseWithResolvers<void> | undefined;
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    requests.push(`${request.method} ${request.url}`);
    for (const line of allCommandLines()) commandLines.add(line);
    await waiting?.promise;
    if (authorization !== undefined && request.headers.authorization !== authorization)
      response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
    else if (refusal !== undefined && request.url?.includes('git-receive-pack')) response.writeHead(refusal).end();
    else await answerByBackend({ backend, folder, user: user?.name ?? 'anybody' }, request, response);
  };
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  // A server that listens on a port has an address object.
  const { port } = server.address() as AddressInfo;
  return {
    address(repository, as) {
      const signIn = as ? `${encodeURIComponent(as.name)}:${encodeURIComponent(as.password)}@` : '';
      return `http://${signIn}127.0.0.1:${port}/${repository}`;
    },
    requests,
    commandLines,
    refuse: (status) => void (refusal = status),
    hang: () => void (waiting = Promise.withResolvers()),
    goOn() {
      waiting?.resolve();
      waiting = undefined;
    },
  };
}

interface Backend {
  readonly backend: string;
  readonly folder: string;
  readonly user: string;
}

/** As a web server starts a CGI program (RFC 3875). */
async function answerByBackend(
  { backend, folder, user }: Backend,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
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
  // It need not read what it has no use for.
  child.stdin.on('error', () => undefined).end(body);
  const said = await buffer(child.stdout);
  const end = said.indexOf('\r\n\r\n');
  const fields = said.subarray(0, end).toString().split('\r\n');
  const headers = Object.fromEntries(fields.map((field) => field.split(': ', 2)).filter((pair) => pair.length === 2));
  const { Status: status = '200 OK', ...others } = headers as Readonly<Record<string, string>>;
  response.writeHead(Number.parseInt(status, 10), others).end(said.subarray(end + 4));
}

function allCommandLines(): readonly string[] {
  return processTable().map(({ pid }) => (readOptional(`/proc/${pid}/cmdline`) ?? '').replaceAll('\0', ' '));
}

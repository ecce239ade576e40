import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

export interface PlayedRequest {
  readonly method: string;
  /** As it was sent: percent-encoded. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readonly<Record<string, unknown>>;
}

export interface PlayedAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

/** What goes wrong with the next request of a method. */
export type Fault =
  /** Answered instead of doing it. */
  | { readonly kind: 'answer'; readonly method: string; readonly answer: PlayedAnswer }
  /** It is done, and the connection breaks before the answer. */
  | { readonly kind: 'lost-answer'; readonly method: string }
  /** Called before it is done: something happens meanwhile. */
  | { readonly kind: 'meanwhile'; readonly method: string; readonly happens: () => void };

export interface PlayedHost {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  /** In the order they came. */
  readonly requests: readonly PlayedRequest[];
  /** Faults are used up in the order they are given. */
  goesWrong(...faults: readonly Fault[]): void;
  /** Nobody listens any more. */
  close(): Promise<void>;
}

/** A server on loopback that answers by the rules of one API, gone after the test. */
export async function playHost(answer: (request: PlayedRequest) => PlayedAnswer): Promise<PlayedHost> {
  const requests: PlayedRequest[] = [];
  const faults: Fault[] = [];
  const server = createServer((incoming, response) => {
    void (async () => {
      const url = new URL(incoming.url ?? '/', 'http://host');
      const said = await text(incoming);
      // Clients of these APIs send objects.
      const body = (said === '' ? {} : JSON.parse(said)) as PlayedRequest['body'];
      const { method = 'GET', headers } = incoming;
      const request: PlayedRequest = { method, path: url.pathname, query: url.searchParams, headers, body };
      requests.push(request);
      const [fault] = faults[0]?.method === method ? faults.splice(0, 1) : [];
      if (fault?.kind === 'meanwhile') fault.happens();
      const done = fault?.kind === 'answer' ? fault.answer : answer(request);
      if (fault?.kind === 'lost-answer') {
        response.destroy();
        return;
      }
      response.writeHead(done.status, { 'content-type': 'application/json; charset=utf-8', ...done.headers });
      response.end(done.body === undefined ? '' : JSON.stringify(done.body));
    })();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  onTestFinished(close);
  // A server that listens on a port has an address object.
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, requests, goesWrong: (...more) => void faults.push(...more), close };
}

/** A change request as every host keeps it. */
export interface KeptRequest {
  readonly number: number;
  title: string;
  body: string;
  readonly draft: boolean;
  state: 'open' | 'closed';
  readonly head: string;
  readonly base: string;
  /** The repository the branch is in: another one than 1 is a fork. */
  readonly headRepository: number;
}

/** The repository a played host keeps, and what is asked for of it. */
export interface PlayedRepository {
  readonly token: string;
  /** `owner/name` */
  readonly path: string;
  /** Branches that can go into each other. */
  readonly branches: Set<string>;
  readonly changeRequests: KeptRequest[];
  /** What the host gives at most on one page. */
  pageSize: number;
  /** Answers `draft` with a refusal, as GitHub does for private repositories without a plan. */
  refusesDrafts: boolean;
}

export function newRepository(token: string, path: string): PlayedRepository {
  const branches = new Set(['main']);
  return { token, path, branches, changeRequests: [], pageSize: 100, refusesDrafts: false };
}

export function keep(repository: PlayedRepository, request: Omit<KeptRequest, 'number' | 'state'>): KeptRequest {
  const kept: KeptRequest = { ...request, number: repository.changeRequests.length + 1, state: 'open' };
  repository.changeRequests.push(kept);
  return kept;
}

/** One page of a list, newest first, with the header that tells of the next. */
export function pageOf(
  all: readonly KeptRequest[],
  { query, path }: PlayedRequest,
  { sizeParameter, most }: { readonly sizeParameter: string; readonly most: number },
): { readonly entries: readonly KeptRequest[]; readonly headers: Readonly<Record<string, string>> } {
  const size = Math.min(Number(query.get(sizeParameter) ?? 30), most);
  const page = Number(query.get('page') ?? 1);
  const newestFirst = all.toReversed();
  const entries = newestFirst.slice((page - 1) * size, page * size);
  const next = new URLSearchParams(query);
  next.set('page', String(page + 1));
  // Where it leads is of no use to a careful client: hosts behind a proxy name themselves wrongly.
  const link = `<https://elsewhere.example${path}?${next.toString()}>; rel="next"`;
  return { entries, headers: page * size < newestFirst.length ? { link } : {} };
}

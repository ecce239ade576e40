import { messageOf } from '../../shared/errors.ts';
import { parseForeignJson } from '../../shared/foreign-json.ts';
import { refusal, TransientFailure, type Api, type ApiAnswer, type ApiRequest } from './api-call.ts';
import type { Hosting, HostKind } from './hosting.ts';

export interface HttpApiOptions {
  readonly token: string;
  /** That of Node unless given. */
  readonly fetch?: typeof fetch | undefined;
  /** For an answer; 30 seconds unless given. */
  readonly timeoutMs?: number;
}

/** The API of a host over HTTP. What it throws names no token. */
export function httpApi({ kind, host, api }: Hosting, { token, timeoutMs = 30_000, ...options }: HttpApiOptions): Api {
  const fetched = options.fetch ?? fetch;
  const headers = { ...standardHeaders, ...ownHeaders[kind](token) };
  const send = async (url: URL, request: ApiRequest): Promise<Response> => {
    const { method, body, signal } = request;
    const patience = AbortSignal.timeout(timeoutMs);
    return fetched(url.href, {
      method,
      headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      redirect: 'manual',
      signal: AbortSignal.any([signal, patience]),
    }).catch((error: unknown) => {
      signal.throwIfAborted();
      throw unreachable(host, patience.aborted ? `no answer within ${timeoutMs / 1_000} s` : reasonOf(error), error);
    });
  };
  return {
    host,
    async call(request) {
      let url = new URL(`${api}/${request.path}`);
      for (let hops = 0; hops <= mostHops; hops++) {
        const response = await send(url, request);
        const next = redirection(url, response, request);
        if (!next) return answerOf(host, response, request.signal);
        url = next;
      }
      throw refusal(`${host} sends from one place to another without an end.`);
    },
  };
}

const standardHeaders = { accept: 'application/json', 'user-agent': 'orchestra-run' };

const ownHeaders: Readonly<Record<HostKind, (token: string) => Readonly<Record<string, string>>>> = {
  github: (token) => ({
    authorization: `Bearer ${token}`,
    accept: 'application/vnd.github+json',
    'x-github-api-version': '2022-11-28',
  }),
  // All kinds of GitLab's tokens are taken so, those of OAuth too, which `Private-Token` does not carry.
  gitlab: (token) => ({ authorization: `Bearer ${token}` }),
  gitea: (token) => ({ authorization: `token ${token}` }),
  forgejo: (token) => ({ authorization: `token ${token}` }),
};

const mostHops = 3;

/** Renamed repositories are elsewhere on their host. A token goes to no other, and what is posted is posted again only where 307 and 308 say so. */
function redirection(from: URL, response: Response, { method }: ApiRequest): URL | undefined {
  const location = response.headers.get('location');
  if (response.status < 300 || response.status > 399 || location === null) return undefined;
  const to = URL.parse(location, from.href);
  const keepsMethod = method === 'GET' || response.status === 307 || response.status === 308;
  if (to?.origin === from.origin && keepsMethod) return to;
  throw refusal(
    `${from.host} has moved what was asked for to ${to ? to.origin + to.pathname : 'nowhere'}: correct the remote.`,
  );
}

/** More than any list of change requests. */
const longestAnswer = 32 * 1024 * 1024;

async function answerOf(host: string, response: Response, signal: AbortSignal): Promise<ApiAnswer> {
  const { status, headers } = response;
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response.body ?? []) {
      bytes += chunk.length;
      if (bytes > longestAnswer) throw refusal(`${host} sends an answer without an end.`);
      chunks.push(chunk);
    }
  } catch (error) {
    signal.throwIfAborted();
    // What undici and a timeout throw; ours is no TypeError and no DOMException.
    if (error instanceof TypeError || error instanceof DOMException) throw unreachable(host, reasonOf(error), error);
    throw error;
  }
  const read = parseForeignJson(Buffer.concat(chunks).toString('utf8'));
  return { status, headers, body: 'problem' in read ? undefined : read.value };
}

function unreachable(host: string, reason: string, cause: unknown): TransientFailure {
  return new TransientFailure(`${host} cannot be reached: ${reason}`, { cause });
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : messageOf(cause);
}

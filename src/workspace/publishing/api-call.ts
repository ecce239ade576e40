import { OrchestraError } from '../../shared/errors.ts';
import { isJsonObject, type Json } from '../../shared/json.ts';
import { retryAfterHeaderMs } from '../../shared/retry-after.ts';

export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'PUT';
  /** From the root of the API, without a slash before it, with its query. */
  readonly path: string;
  readonly body?: Json;
  readonly signal: AbortSignal;
}

export interface ApiAnswer {
  readonly status: number;
  readonly headers: Headers;
  /** Undefined where it is no JSON. */
  readonly body: Json | undefined;
}

/** How the API of a host is reached: by HTTP with a token, or through a program that is signed in. */
export interface Api {
  /** The host, for messages. */
  readonly host: string;
  /**
   * Any status is an answer.
   * @throws TransientFailure where none came
   */
  call(request: ApiRequest): Promise<ApiAnswer>;
}

/** Another attempt may succeed. What was asked for may have been done all the same, and only its answer was lost. */
export class TransientFailure extends Error {
  override readonly name = 'TransientFailure';
  /** How long to wait before it, where the host says so. */
  readonly retryAfterMs: number | undefined;

  constructor(message: string, options: { readonly retryAfterMs?: number | undefined; readonly cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.retryAfterMs = options.retryAfterMs;
  }
}

/**
 * The answer to a request, where it is a good one.
 * @throws TransientFailure when the host is busy or broken
 * @throws OrchestraError PUBLISH_REFUSED with `status` in its details, for everything else
 */
export async function ask(api: Api, request: ApiRequest): Promise<ApiAnswer> {
  const answer = await api.call(request);
  if (answer.status >= 200 && answer.status < 300) return answer;
  const message = `${api.host} answered ${answer.status} to ${request.method} ${pathOf(request)}${saidIn(answer.body)}`;
  if (isTransient(answer)) throw new TransientFailure(message, { retryAfterMs: retryAfterMs(answer.headers) });
  throw refusal(message, answer.status);
}

/** What was asked for is not to be had. */
export function refusal(message: string, status?: number): OrchestraError {
  const hint = status === undefined ? undefined : hints[status];
  return new OrchestraError('PUBLISH_REFUSED', message, {
    ...(hint !== undefined && { hint }),
    details: status === undefined ? {} : { status },
  });
}

const hints: Readonly<Record<number, string>> = {
  401: 'The token is wrong or has expired: make a new one, or sign in again.',
  403: 'The token must be allowed to read and write change requests (pull requests, merge requests) of this repository.',
  404: 'Check the remote; hosts also say so where a token may not see a repository.',
};

/** GitHub tells of limits with 403, too. */
function isTransient({ status, headers }: ApiAnswer): boolean {
  const isLimited = headers.has('retry-after') || headers.get('x-ratelimit-remaining') === '0';
  return status === 408 || status === 429 || status >= 500 || (status === 403 && isLimited);
}

/** `RateLimit-Reset` and `X-RateLimit-Reset` are seconds since the epoch, on GitLab and GitHub alike. */
function retryAfterMs(headers: Headers): number | undefined {
  const now = Date.now();
  const after = headers.get('retry-after');
  const reset = headers.get('x-ratelimit-reset') ?? headers.get('ratelimit-reset');
  const ms = after !== null ? retryAfterHeaderMs(after, now) : reset === null ? undefined : Number(reset) * 1_000 - now;
  return ms === undefined || !Number.isFinite(ms) ? undefined : Math.max(0, ms);
}

function pathOf({ path }: ApiRequest): string {
  return path.replace(/\?.*$/s, '');
}

/**
 * `{"message": "..."}` of all of them, with a list behind it (`errors` of GitHub) or as a list or by field (GitLab);
 * `{"error": "..."}` of GitLab for what it does not understand. Long ones are cut.
 */
function saidIn(body: Json | undefined): string {
  if (!isJsonObject(body)) return '';
  const said = [body['message'], body['error'], body['errors']].flatMap(textsIn).join('; ');
  return said === '' ? '' : `: ${said.slice(0, longestSaid)}`;
}

const longestSaid = 1_000;

function textsIn(value: Json | undefined): readonly string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (!isJsonObject(value)) return [];
  if (typeof value['message'] === 'string') return [value['message']];
  return Object.entries(value).flatMap(([field, inner]) => textsIn(inner).map((text) => `${field} ${text}`));
}

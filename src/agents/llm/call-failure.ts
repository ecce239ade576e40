import type { FailedResult } from '../../engine/ports/agent.ts';
import { isTransientError } from '../../engine/handlers/should-retry.ts';
import { messageOf } from '../../shared/errors.ts';
import { isJsonObject } from '../../shared/json.ts';
import type { Redactor } from '../../shared/redaction.ts';
import { retryAfterOf } from './retry-after.ts';

/** A failure in our own words. */
export function failed(
  error: string,
  more: Partial<Pick<FailedResult, 'transient' | 'sessionLost'>> = {},
): FailedResult {
  return { type: 'result', ok: false, error, transient: false, ...more };
}

/** Providers tell longer stories now and then; the beginning says what is wrong. */
const longestMessage = 600;

/** What a request that failed comes to: whether another attempt is worth it, and when (3.6). */
export function callFailure(thrown: unknown, provider: string, redactor: Redactor): FailedResult {
  const status = statusOf(thrown);
  // Before it is cut: half a secret is found by nobody.
  const message = redactor.text(textOf(thrown)).slice(0, longestMessage);
  const transient = mayPass(thrown, status);
  const retryAfterMs = transient ? retryAfterOf(thrown, message) : undefined;
  return {
    ...failed(`${provider}: ${status === undefined ? '' : `${status} `}${message}`, { transient }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
}

/** How providers call what may pass, inside a stream that began well. */
const passingTypes: ReadonlySet<unknown> = new Set([
  'overloaded_error',
  'rate_limit_error',
  'rate_limit_exceeded',
  'api_error',
  'server_error',
  'timeout_error',
  'internal_error',
  'RESOURCE_EXHAUSTED',
  'UNAVAILABLE',
  'INTERNAL',
]);

/** The account is empty: a 429 that no waiting helps. */
const stayingTypes: ReadonlySet<unknown> = new Set(['insufficient_quota', 'billing_hard_limit_reached']);

/** A stream that ends before its answer does, as the libraries call it. */
const brokenOff: ReadonlySet<string> = new Set(['AI_NoOutputGeneratedError', 'AI_InvalidResponseDataError']);

function mayPass(thrown: unknown, status: number | undefined): boolean {
  const words = errorWords(thrown);
  if (words.some((word) => stayingTypes.has(word))) return false;
  if (status !== undefined) return status === 408 || status === 429 || status >= 500;
  if (words.some((word) => passingTypes.has(word))) return true;
  if (thrown instanceof Error && brokenOff.has(thrown.name)) return true;
  return isTransientError(thrown) || isBrokenConnection(thrown);
}

/** Undici's words for a connection that was closed under it, which carry no code of their own. */
function isBrokenConnection(thrown: unknown): boolean {
  for (let error = thrown, depth = 0; error instanceof Error && depth < 8; error = error.cause, depth += 1) {
    if (error instanceof TypeError && /^(?:terminated|fetch failed)$/.test(error.message)) return true;
  }
  return false;
}

function statusOf(thrown: unknown): number | undefined {
  if (!isJsonObject(thrown)) return undefined;
  const { statusCode, code } = thrown as { readonly statusCode?: unknown; readonly code?: unknown };
  if (typeof statusCode === 'number') return statusCode === 200 ? undefined : statusCode;
  return typeof code === 'number' && code >= 400 && code < 600 ? code : undefined;
}

/** The types, codes and states an error and what the provider sent with it name. */
function errorWords(thrown: unknown): readonly unknown[] {
  if (!isJsonObject(thrown)) return [];
  const { type, code, status, data, error } = thrown as Readonly<Record<string, unknown>>;
  return [type, code, status, ...errorWords(data), ...errorWords(error)];
}

/** What went wrong, with its causes: the outermost message is often no more than "fetch failed". */
function textOf(thrown: unknown): string {
  if (thrown instanceof Error) {
    const hasAnswer = statusOf(thrown) !== undefined;
    return hasAnswer || !(thrown.cause instanceof Error)
      ? wordsOf(thrown)
      : `${wordsOf(thrown)}: ${textOf(thrown.cause)}`;
  }
  if (isJsonObject(thrown) && typeof thrown['message'] === 'string') return thrown['message'];
  return typeof thrown === 'string' ? thrown : (JSON.stringify(thrown) ?? messageOf(thrown));
}

/** Several addresses that were tried make an error without a message. */
function wordsOf(error: Error): string {
  if (error.message !== '') return error.message;
  return 'code' in error ? String(error.code) : error.name;
}

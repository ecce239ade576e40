/** Codes of network errors that may pass, as runtimes name them. */
const transientCodes: ReadonlySet<string> = new Set([
  'ECONNRESET',
  'ECONNREFUSED',
  'ECONNABORTED',
  'ETIMEDOUT',
  'EPIPE',
  'EAI_AGAIN',
  'ENETUNREACH',
  'EHOSTUNREACH',
  'UND_ERR_SOCKET',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
]);

/** Causes are followed this far, because a chain of them may be a ring. */
const deepestCause = 8;

/**
 * The default `should_retry` predicate (3.6) for what a handler throws: network errors, HTTP 429 and
 * 5xx, and errors that say `transient: true` themselves. Everything else is permanent.
 */
export function isTransientError(thrown: unknown): boolean {
  let error = thrown;
  for (let depth = 0; depth <= deepestCause; depth += 1) {
    if (typeof error !== 'object' || error === null) return false;
    const { transient, code, status, statusCode, cause } = error as Record<string, unknown>;
    if (typeof transient === 'boolean') return transient;
    if (typeof code === 'string' && transientCodes.has(code)) return true;
    const http = status ?? statusCode;
    if (typeof http === 'number') return http === 429 || (http >= 500 && http < 600);
    error = cause;
  }
  return false;
}

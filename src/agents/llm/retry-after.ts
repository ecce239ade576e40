import { isJsonObject } from '../../shared/json.ts';
import { retryAfterHeaderMs } from '../../shared/retry-after.ts';

const unitMs = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;

/** Longer waits are no advice but a mistake. */
const longestMs = 7 * 24 * 3_600_000;

/**
 * Milliseconds until another attempt may succeed: as headers tell it, else as Google's errors do, else as the message
 * does ("try again in 20s"); undefined where nothing does.
 */
export function retryAfterOf(error: unknown, message: string, now = Date.now()): number | undefined {
  const headers = isJsonObject(error) ? error['responseHeaders'] : undefined;
  const ms = (isJsonObject(headers) ? headerMs(headers, now) : undefined) ?? bodyMs(error) ?? messageMs(message);
  return ms !== undefined && Number.isFinite(ms) && ms <= longestMs ? Math.max(0, Math.ceil(ms)) : undefined;
}

function headerMs(headers: Readonly<Record<string, unknown>>, now: number): number | undefined {
  const exact = headers['retry-after-ms'];
  if (typeof exact === 'string' && Number.isFinite(Number(exact))) return Number(exact);
  const after = headers['retry-after'];
  return typeof after === 'string' ? retryAfterHeaderMs(after, now) : undefined;
}

/** `google.rpc.RetryInfo`: `"retryDelay": "34s"`. */
function bodyMs(error: unknown): number | undefined {
  const body = isJsonObject(error) ? error['responseBody'] : undefined;
  if (typeof body !== 'string') return undefined;
  const found = /"retryDelay"\s*:\s*"(\d+(?:\.\d+)?)s"/.exec(body);
  return found ? Number(found[1]) * 1_000 : undefined;
}

function messageMs(message: string): number | undefined {
  const found = /(?:try|retry)(?: again)? (?:in|after) ((?:\d+(?:\.\d+)?\s*(?:ms|s|m|h)\w*\s*)+)/i.exec(message);
  if (!found?.[1]) return undefined;
  let ms = 0;
  for (const [, number, unit] of found[1].matchAll(/(\d+(?:\.\d+)?)\s*(ms|s|m|h)/gi)) {
    // The pattern admits these units only.
    ms += Number(number) * unitMs[unit?.toLowerCase() as keyof typeof unitMs];
  }
  return ms;
}

import type { Usage } from '../../contract/outcome.ts';

/** Of the input tokens of a turn, those of a cache, where there were any. */
export function cachedTokens(
  read: number | null | undefined,
  written: number | null | undefined,
): Pick<Usage, 'cacheReadTokens' | 'cacheWriteTokens'> {
  return { ...(read && { cacheReadTokens: read }), ...(written && { cacheWriteTokens: written }) };
}

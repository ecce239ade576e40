import type { Usage } from '../../../contract/outcome.ts';
import { cachedTokens } from '../cached-tokens.ts';
import type { TranscriptContext } from '../cli-agent.ts';
import type { Tokens } from './transcript-shapes.ts';

/**
 * What one turn used, from the total of its thread. Undefined where nothing was used, and where what went before is not known: a total that counts earlier turns again would be no answer.
 */
export function usageOfTurn(
  total: Tokens | undefined,
  { resumed, spentBefore }: Pick<TranscriptContext, 'resumed' | 'spentBefore'>,
): Usage | undefined {
  if (!total || (resumed && !spentBefore)) return undefined;
  const inputTokens = total.input_tokens - (spentBefore?.inputTokens ?? 0);
  const outputTokens = total.output_tokens - (spentBefore?.outputTokens ?? 0);
  if (inputTokens <= 0 && outputTokens <= 0) return undefined;
  const read = total.cached_input_tokens - (spentBefore?.cacheReadTokens ?? 0);
  const written = total.cache_write_input_tokens - (spentBefore?.cacheWriteTokens ?? 0);
  return { inputTokens, outputTokens, ...cachedTokens(read, written) };
}

/** The total of a thread. Input tokens include those of the cache, as Codex counts them. */
export function usageOfThread(total: Tokens): Usage {
  const { input_tokens: inputTokens, output_tokens: outputTokens } = total;
  return { inputTokens, outputTokens, ...cachedTokens(total.cached_input_tokens, total.cache_write_input_tokens) };
}

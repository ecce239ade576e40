import type { Usage } from '../../../contract/outcome.ts';
import type { TranscriptContext } from '../cli-agent.ts';
import type { Tokens } from './transcript-shapes.ts';

/**
 * What one turn used, from the total of its thread. Input tokens include those read from the cache, as Codex counts them. Undefined where nothing was used,
 * and where what went before is not known: a total that counts earlier turns again would be no answer.
 */
export function usageOfTurn(
  total: Tokens | undefined,
  { resumed, spentBefore }: Pick<TranscriptContext, 'resumed' | 'spentBefore'>,
): Usage | undefined {
  if (!total || (resumed && !spentBefore)) return undefined;
  const inputTokens = total.input_tokens - (spentBefore?.inputTokens ?? 0);
  const outputTokens = total.output_tokens - (spentBefore?.outputTokens ?? 0);
  return inputTokens <= 0 && outputTokens <= 0 ? undefined : { inputTokens, outputTokens };
}

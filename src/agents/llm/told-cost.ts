import { isJsonObject, type Json } from '../../shared/json.ts';
import type { Provider } from './providers/provider.ts';

/**
 * US dollars that an answer cost, as far as its provider leaves nothing to work out: a model on one's own machine costs
 * nothing, and OpenRouter tells what it charged (openrouter.ai/docs, usage accounting). Of others prices have to say it.
 * @param usage as the provider told it
 */
export function toldCost(
  { type, isLocal }: Pick<Provider, 'type' | 'isLocal'>,
  usage: Json = null,
): number | undefined {
  if (isLocal) return 0;
  if (type !== 'openrouter' || !isJsonObject(usage) || typeof usage['cost'] !== 'number') return undefined;
  return usage['cost'] + (usage['is_byok'] === true ? upstreamCost(usage['cost_details']) : 0);
}

/** With a key of one's own for the vendor behind it, OpenRouter charges its fee only; the vendor charges the rest. */
function upstreamCost(details: Json = null): number {
  const cost = isJsonObject(details) ? details['upstream_inference_cost'] : undefined;
  return typeof cost === 'number' ? cost : 0;
}

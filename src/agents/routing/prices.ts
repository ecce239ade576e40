import type { Usage } from '../../contract/outcome.ts';
import { priceList, type Price } from './price-list.ts';

/** Whose tokens they are, as far as that is known. */
export interface PricedModel {
  readonly model: string;
  readonly provider?: string | undefined;
}

/** What tokens cost: by the user's prices, else by the list. */
export class Prices {
  readonly #prices: readonly Price[];

  constructor(own: readonly Price[] = []) {
    // The first that fits counts: a longer pattern says more than a shorter one.
    this.#prices = [own, priceList].flatMap((prices) => prices.toSorted((a, b) => b.model.length - a.model.length));
  }

  /** US dollars; undefined where no price is known. */
  costOf(usage: Usage, model: PricedModel): number | undefined {
    const price = this.#priceOf(model);
    if (!price) return undefined;
    const { inputTokens, outputTokens, cacheReadTokens: read = 0, cacheWriteTokens: written = 0 } = usage;
    const { input, output, cacheRead = input, cacheWrite = input } = price;
    const fresh = inputTokens - read - written;
    return (fresh * input + read * cacheRead + written * cacheWrite + outputTokens * output) / 1_000_000;
  }

  /** A provider that is known has its own price, or none: the same model costs elsewhere what it costs there. */
  #priceOf({ model, provider }: PricedModel): Price | undefined {
    const name = plainName(model);
    return this.#prices.find(
      (price) =>
        (provider === undefined || price.provider === undefined || price.provider === provider) &&
        [name, model].some((said) => matches(price.model, said)),
    );
  }
}

function matches(pattern: string, name: string): boolean {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}

/** `anthropic/claude-opus-4-5-20251101[1m]` as `claude-opus-4-5`: without provider, date and variant of the context. */
function plainName(model: string): string {
  return model
    .toLowerCase()
    .replace(/^.*\//, '')
    .replace(/\[[^\]]*\]$/, '')
    .replace(/-(?:latest|20\d\d-?\d\d-?\d\d)$/, '');
}

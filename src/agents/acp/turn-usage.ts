import type { Usage } from '../../contract/outcome.ts';
import { isJsonObject, type Json, type JsonObject } from '../../shared/json.ts';
import * as shapes from './message-shapes.ts';

/** Counts what one turn used, from whichever place an agent tells it in. */
export class TurnUsage {
  readonly #resumed: boolean;
  /** Told along with pieces of the answer, one a request to the model. */
  #ofRequests: Usage | undefined;
  #cost: number | undefined;

  /** @param resumed whether the session had turns before: the cost that is told is that of all of them */
  constructor(resumed: boolean) {
    this.#resumed = resumed;
  }

  addPiece(meta: Json | undefined): void {
    const told = isJsonObject(meta) ? tokensIn(meta['usage']) : undefined;
    if (!told) return;
    this.#ofRequests = {
      inputTokens: (this.#ofRequests?.inputTokens ?? 0) + told.inputTokens,
      outputTokens: (this.#ofRequests?.outputTokens ?? 0) + told.outputTokens,
    };
  }

  addCost({
    cost,
  }: {
    readonly cost?: { readonly amount: number; readonly currency: string } | null | undefined;
  }): void {
    if (cost?.currency === 'USD') this.#cost = cost.amount;
  }

  /** Undefined where nothing was used, or nothing told. */
  total(answer: JsonObject | undefined): Usage | undefined {
    const meta = answer?.['_meta'];
    const quota = shapes.quota.safeParse(isJsonObject(meta) ? meta['quota'] : undefined).data;
    const tokens = tokensIn(answer?.['usage']) ?? (quota?.token_count ? counted(quota.token_count) : this.#ofRequests);
    if (!tokens || (tokens.inputTokens === 0 && tokens.outputTokens === 0)) return undefined;
    const [first, ...others] = quota?.model_usage ?? [];
    return {
      ...tokens,
      ...(this.#cost !== undefined && !this.#resumed && { costUsd: this.#cost }),
      ...(first && others.length === 0 && { model: first.model }),
    };
  }
}

function tokensIn(value: Json | undefined): Usage | undefined {
  const told = shapes.tokens.safeParse(value).data;
  return told && counted(told);
}

/**
 * Input includes what came from the cache and went into it, output what was thought. Some agents count the cache within their
 * input and some beside it: the total of all tells which.
 */
function counted(told: shapes.Tokens): Usage {
  const { inputTokens, outputTokens } = told;
  if (!('totalTokens' in told) || typeof told.totalTokens !== 'number') return { inputTokens, outputTokens };
  const { totalTokens, cachedReadTokens, cachedWriteTokens } = told;
  const withCache = inputTokens + (cachedReadTokens ?? 0) + (cachedWriteTokens ?? 0);
  const input = Math.min(withCache, Math.max(inputTokens, totalTokens - outputTokens));
  return { inputTokens: input, outputTokens: Math.max(outputTokens, totalTokens - input) };
}

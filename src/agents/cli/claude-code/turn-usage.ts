import { addUsage } from '../../../contract/add-usage.ts';
import type { Usage } from '../../../contract/outcome.ts';
import { cachedTokens } from '../cached-tokens.ts';
import type { Tokens } from '../message-shapes.ts';
import type { MessageUsage } from '../message-transcript.ts';
import type { ModelUsage, ResultLine } from './transcript-shapes.ts';

/**
 * What a turn consumed, counted once. Input tokens include those read from and written to the cache. A result line
 * counts for the whole turn; without one, what the messages said. The assistant lines of one message (one for
 * each content block) repeat the same usage, so messages are counted by their id.
 */
export class TurnUsage implements MessageUsage<ResultLine> {
  readonly #messages = new Map<string, Tokens>();
  readonly #resumed: boolean;
  #result: Usage | undefined;

  /** @param resumed whether the session had turns before: then the totals of a result line include those */
  constructor(resumed: boolean) {
    this.#resumed = resumed;
  }

  addMessage(id: string, tokens: Tokens): void {
    this.#messages.set(id, tokens);
  }

  addResult(line: ResultLine): void {
    this.#result = this.#ofResult(line) ?? this.#result;
  }

  total(model: string | undefined): Usage | undefined {
    const usage = this.#result ?? sum([...this.#messages.values()].map(ofTokens));
    if (usage.inputTokens === 0 && usage.outputTokens === 0) return undefined;
    return { ...usage, ...(model !== undefined && { model }) };
  }

  #ofResult(line: ResultLine): Usage | undefined {
    if (line.model_usage_since_last_result) {
      return sum([...(this.#result ? [this.#result] : []), ...ofModels(line.model_usage_since_last_result)]);
    }
    if (!line.usage) return undefined;
    const costUsd = this.#resumed ? undefined : line.total_cost_usd;
    return { ...ofTokens(line.usage), ...(costUsd !== undefined && { costUsd }) };
  }
}

function ofTokens(tokens: Tokens): Usage {
  const { cache_read_input_tokens: read, cache_creation_input_tokens: written } = tokens;
  return {
    inputTokens: tokens.input_tokens + (read ?? 0) + (written ?? 0),
    outputTokens: tokens.output_tokens,
    ...cachedTokens(read, written),
  };
}

function ofModels(models: ModelUsage): readonly Usage[] {
  return Object.values(models).map((model) => ({
    inputTokens: model.inputTokens + model.cacheReadInputTokens + model.cacheCreationInputTokens,
    outputTokens: model.outputTokens,
    ...cachedTokens(model.cacheReadInputTokens, model.cacheCreationInputTokens),
    ...(model.costUSD !== undefined && { costUsd: model.costUSD }),
  }));
}

function sum(usages: readonly Usage[]): Usage {
  return usages.reduce(addUsage, { inputTokens: 0, outputTokens: 0 });
}

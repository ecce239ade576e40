import type { Usage } from '../../../contract/outcome.ts';
import { cachedTokens } from '../cached-tokens.ts';
import type { Tokens } from '../message-shapes.ts';
import type { MessageUsage } from '../message-transcript.ts';
import type { ResultLine } from './transcript-shapes.ts';

/**
 * What a turn consumed. The total of a result line counts from the beginning of the session, so that of a resumed one
 * says nothing of the turn: there, and without a result, the sum of the messages counts. Input tokens already include those read
 * from the cache.
 */
export class TurnUsage implements MessageUsage<ResultLine> {
  readonly #messages = new Map<string, Tokens>();
  readonly #resumed: boolean;
  #total: Tokens | undefined;

  constructor(resumed: boolean) {
    this.#resumed = resumed;
  }

  addMessage(id: string, tokens: Tokens): void {
    this.#messages.set(id, tokens);
  }

  addResult({ usage }: ResultLine): void {
    if (!this.#resumed) this.#total = usage;
  }

  total(model: string | undefined): Usage | undefined {
    const counted = this.#total ? [this.#total] : [...this.#messages.values()];
    const inputTokens = counted.reduce((total, tokens) => total + tokens.input_tokens, 0);
    const outputTokens = counted.reduce((total, tokens) => total + tokens.output_tokens, 0);
    if (inputTokens === 0 && outputTokens === 0) return undefined;
    const read = counted.reduce((total, tokens) => total + (tokens.cache_read_input_tokens ?? 0), 0);
    return { inputTokens, outputTokens, ...cachedTokens(read, 0), ...(model !== undefined && { model }) };
  }
}

/** What a model costs, in US dollars for a million tokens. */
export interface Price {
  /** Its name without date and provider, or the beginning of one before a trailing `*`. */
  readonly model: string;
  /** Whose price it is; absent means anybody's. */
  readonly provider?: string;
  readonly input: number;
  readonly output: number;
  /** Of input tokens read from a cache; those of `input` unless told. */
  readonly cacheRead?: number;
  /** Of input tokens written to a cache, for the shortest time the provider sells; those of `input` unless told. */
  readonly cacheWrite?: number;
}

/** A price as it was published. */
export interface ListedPrice extends Price {
  readonly provider: string;
  /** When it was read, and where. */
  readonly date: string;
  readonly source: string;
}

const anthropic = (
  model: string,
  input: number,
  output: number,
  cacheRead: number,
  cacheWrite: number,
): ListedPrice => ({
  provider: 'anthropic',
  model,
  input,
  output,
  cacheRead,
  cacheWrite,
  date: '2026-10-24',
  source: 'https://platform.claude.com/docs/en/about-claude/pricing',
});

const openai = (model: string, input: number, output: number, cacheRead: number): ListedPrice => ({
  provider: 'openai',
  model,
  input,
  output,
  cacheRead,
  date: '2026-06-01',
  source: 'https://www.powershellgallery.com/packages/ShellPilot/0.3.1/Content/data%5CPriceTable.psd1',
});

/** Written down from the release notes of a price table that is kept after the provider's page. */
const newestOpenai = (
  model: string,
  [input, output, cacheRead, cacheWrite]: readonly [number, number, number, number],
  date: string,
  release: string,
): ListedPrice => ({
  provider: 'openai',
  model,
  input,
  output,
  cacheRead,
  cacheWrite,
  date,
  source: `https://github.com/TheKrush/PromptFuel/releases/tag/${release}`,
});

const google = (model: string, input: number, output: number, cacheRead: number): ListedPrice => ({
  provider: 'google',
  model,
  input,
  output,
  cacheRead,
  date: '2026-03-01',
  source: 'https://deploybase.ai/articles/gemini-api-pricing',
});

/**
 * Published prices of models that agents use. A model whose price nobody could look up is left out: an unknown cost is
 * told as unknown. Where long prompts cost more (OpenAI above 272,000 tokens, Google above 200,000), the price is that of
 * shorter ones, since agents tell what all requests of a turn used together; models whose prompts cost several times as
 * much from 100,000 tokens on are left out.
 */
export const priceList: readonly ListedPrice[] = [
  anthropic('claude-fable-5-1', 10, 50, 0.25, 12.5),
  anthropic('claude-fable-5', 10, 50, 1, 12.5),
  anthropic('claude-opus-5-5', 4, 20, 0.2, 5),
  anthropic('claude-opus-5', 5, 25, 0.5, 6.25),
  anthropic('claude-opus-4-8', 5, 25, 0.5, 6.25),
  anthropic('claude-opus-4-7', 5, 25, 0.5, 6.25),
  anthropic('claude-opus-4-6', 5, 25, 0.5, 6.25),
  anthropic('claude-opus-4-5', 5, 25, 0.5, 6.25),
  anthropic('claude-opus-4-1', 15, 75, 1.5, 18.75),
  anthropic('claude-sonnet-5-5', 2, 10, 0.1, 2.5),
  anthropic('claude-sonnet-5', 2, 10, 0.2, 2.5),
  anthropic('claude-sonnet-4-6', 3, 15, 0.3, 3.75),
  anthropic('claude-sonnet-4-5', 3, 15, 0.3, 3.75),
  anthropic('claude-haiku-4-5', 1, 5, 0.1, 1.25),
  newestOpenai('gpt-6.1-sol', [2, 10, 0.1, 2.5], '2026-10-01', 'v1.0.22'),
  newestOpenai('gpt-6-sol', [2, 10, 0.2, 2.5], '2026-09-23', 'v1.0.21'),
  newestOpenai('gpt-6-luna', [0.1, 0.5, 0.01, 0.125], '2026-09-23', 'v1.0.21'),
  openai('gpt-5.5', 5, 30, 0.5),
  openai('gpt-5.4', 2.5, 15, 0.25),
  openai('gpt-5.4-mini', 0.75, 4.5, 0.075),
  openai('gpt-5.4-nano', 0.2, 1.25, 0.02),
  openai('gpt-5.3-codex', 1.75, 14, 0.175),
  openai('gpt-5.2-codex', 1.75, 14, 0.175),
  openai('gpt-5-mini', 0.25, 2, 0.025),
  google('gemini-2.5-pro', 1.25, 10, 0.125),
  google('gemini-2.5-flash', 0.3, 2.5, 0.03),
];

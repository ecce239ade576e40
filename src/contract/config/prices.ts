import { z } from 'zod';

const perMillion = z.number().nonnegative();

const price = z.strictObject({
  provider: z.string().optional().describe("Whose price it is; unset: anybody's."),
  input: perMillion.describe('US dollars for a million input tokens.'),
  output: perMillion.describe('US dollars for a million output tokens.'),
  cache_read: perMillion.optional().describe('Of input tokens read from a cache; as `input` unless said.'),
  cache_write: perMillion.optional().describe('Of input tokens written to a cache; as `input` unless said.'),
});

/** Prices by model: its name, or the beginning of one before a trailing `*`. They stand before those Orchestra knows. */
export const pricesSection = z
  .record(z.string(), price)
  .describe('What models cost, where an agent tells tokens and no money; a trailing `*` stands for any ending.');

export type PricesSection = z.infer<typeof pricesSection>;

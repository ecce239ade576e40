import { z } from 'zod';
import * as messages from '../message-shapes.ts';

/* What `claude --output-format stream-json` prints beyond the messages themselves, seen with version 2.1.329. */

const modelUsage = z.record(
  z.string(),
  z.object({
    inputTokens: z.number(),
    outputTokens: z.number(),
    cacheReadInputTokens: z.number().default(0),
    cacheCreationInputTokens: z.number().default(0),
    costUSD: z.number().optional(),
  }),
);
export type ModelUsage = z.infer<typeof modelUsage>;

/** What the Write and Edit tools say about the file they changed; only Write names the kind of change. */
export const changedFile = z.object({
  filePath: z.string(),
  structuredPatch: z.array(z.unknown()),
  type: z.string().optional(),
});

export const result = messages.result.extend({
  errors: z.array(z.string()).default([]),
  api_error_status: z.number().nullish(),
  /** A failure below HTTP, for example `connection_failed`. */
  api_error: z.string().nullish(),
  /** Both count from the beginning of the session, earlier processes included. */
  total_cost_usd: z.number().optional(),
  modelUsage: modelUsage.optional(),
  /** Counts this turn only. */
  model_usage_since_last_result: modelUsage.optional(),
});
export type ResultLine = z.infer<typeof result>;

import { z } from 'zod';
import type { Json } from '../../../shared/json.ts';

/*
 * The lines of `claude --output-format stream-json` that mean something to us, seen with version 2.1.329. Members we do
 * not read are not listed; members that older versions lack are optional.
 */

const tokens = z.object({
  input_tokens: z.number().default(0),
  output_tokens: z.number().default(0),
  cache_creation_input_tokens: z.number().nullish(),
  cache_read_input_tokens: z.number().nullish(),
});
export type Tokens = z.infer<typeof tokens>;

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

export const init = z.object({ session_id: z.string(), model: z.string().optional() });

export const apiRetry = z.object({
  attempt: z.number(),
  retry_delay_ms: z.number().optional(),
  error_status: z.number().nullish(),
  error: z.string().optional(),
});

export const permissionDenied = z.object({ tool_name: z.string(), tool_use_id: z.string() });

export const hookResponse = z.object({ stderr: z.string().default('') });

/** It stands in a line of JSON, so it is some: only its absence is wrong. Zod's own would lose members `__proto__`. */
const json = z.custom<Json>((value) => value !== undefined);

const block = z.looseObject({ type: z.string() });
export type Block = z.infer<typeof block>;

export const assistant = z.object({
  message: z.object({ id: z.string(), content: z.array(block), usage: tokens.optional() }),
  /** Set in what a subagent says. */
  parent_tool_use_id: z.string().nullish(),
  /** The text is the agent's own report of an API error, which the result repeats. */
  is_api_error_message: z.boolean().optional(),
});

export const user = z.object({
  message: z.object({ content: z.union([z.string(), z.array(block)]) }),
  tool_use_result: z.unknown(),
});

export const textBlock = z.object({ text: z.string() });
export const thinkingBlock = z.object({ thinking: z.string() });
export const toolUseBlock = z.object({ id: z.string(), name: z.string(), input: json });
export const toolResultBlock = z.object({
  tool_use_id: z.string(),
  is_error: z.boolean().nullish(),
  content: z.union([z.string(), z.array(z.looseObject({ type: z.string(), text: z.string().optional() }))]).optional(),
});

/** What the Write and Edit tools say about the file they changed; only Write names the kind of change. */
export const changedFile = z.object({
  filePath: z.string(),
  structuredPatch: z.array(z.unknown()),
  type: z.string().optional(),
});

export const result = z.object({
  subtype: z.string(),
  is_error: z.boolean(),
  result: z.string().optional(),
  errors: z.array(z.string()).default([]),
  api_error_status: z.number().nullish(),
  /** A failure below HTTP, for example `connection_failed`. */
  api_error: z.string().nullish(),
  usage: tokens.optional(),
  /** Both count from the beginning of the session, earlier processes included. */
  total_cost_usd: z.number().optional(),
  modelUsage: modelUsage.optional(),
  /** Counts this turn only. */
  model_usage_since_last_result: modelUsage.optional(),
  permission_denials: z
    .array(z.object({ tool_name: z.string(), tool_use_id: z.string(), tool_input: json }))
    .default([]),
});
export type ResultLine = z.infer<typeof result>;

import { z } from 'zod';
import type { Json } from '../../shared/json.ts';

/*
 * Lines of JSON around the messages of Anthropic's API, as Claude Code prints them and agents that took over its format.
 * Members we do not read are not listed; members that some agents or older versions lack are optional.
 */

export const tokens = z.object({
  input_tokens: z.number().default(0),
  output_tokens: z.number().default(0),
  cache_creation_input_tokens: z.number().nullish(),
  cache_read_input_tokens: z.number().nullish(),
});
export type Tokens = z.infer<typeof tokens>;

export const init = z.object({ session_id: z.string(), model: z.string().optional() });

export const apiRetry = z.object({
  attempt: z.number(),
  retry_delay_ms: z.number().optional(),
  error_status: z.number().nullish(),
  error: z.string().optional(),
});

/** A limit of the account; `resetsAt` in seconds since the epoch. */
export const rateLimit = z.object({
  rate_limit_info: z.object({
    status: z.string(),
    resetsAt: z.number().optional(),
    rateLimitType: z.string().optional(),
  }),
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
  tool_use_result: z.unknown().optional(),
});
export type UserLine = z.infer<typeof user>;

export const textBlock = z.object({ text: z.string() });
export const thinkingBlock = z.object({ thinking: z.string() });
export const toolUseBlock = z.object({ id: z.string(), name: z.string(), input: json });
export const toolResultBlock = z.object({
  tool_use_id: z.string(),
  is_error: z.boolean().nullish(),
  content: z.union([z.string(), z.array(z.looseObject({ type: z.string(), text: z.string().optional() }))]).optional(),
});

/** What every line has that ends a turn. */
export const result = z.object({
  subtype: z.string(),
  is_error: z.boolean(),
  result: z.string().optional(),
  usage: tokens.optional(),
  permission_denials: z
    .array(z.object({ tool_name: z.string(), tool_use_id: z.string(), tool_input: json }))
    .default([]),
});
export type ResultLine = z.infer<typeof result>;

import { z } from 'zod';
import type { Json } from '../../../shared/json.ts';

/* The lines of `gemini --output-format stream-json` that mean something to us, seen with version 0.61.0. */

export const init = z.object({ session_id: z.string(), model: z.string().optional() });

export const message = z.object({ role: z.string(), content: z.string() });

/** It stands in a line of JSON, so it is some: only its absence is wrong. */
const json = z.custom<Json>((value) => value !== undefined);

export const toolUse = z.object({ tool_id: z.string(), tool_name: z.string(), parameters: json });
export type ToolUse = z.infer<typeof toolUse>;

const failure = z.object({ type: z.string().optional(), message: z.string() });

export const toolResult = z.object({
  tool_id: z.string(),
  status: z.string(),
  output: z.string().optional(),
  error: failure.optional(),
});
export type ToolResult = z.infer<typeof toolResult>;

/** What tools that change files are asked for. */
export const fileArguments = z.object({ file_path: z.string() });

export const errorLine = z.object({ severity: z.string(), message: z.string() });

export const result = z.object({
  status: z.string(),
  error: failure.optional(),
  stats: z
    .object({
      /** Those of the cache included. */
      input_tokens: z.number().default(0),
      cached: z.number().default(0),
      output_tokens: z.number().default(0),
      /** Also counts what the model thought, which `output_tokens` does not. */
      total_tokens: z.number().default(0),
    })
    .optional(),
});
export type ResultLine = z.infer<typeof result>;

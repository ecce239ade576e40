import { z } from 'zod';
import type { Json } from '../../../shared/json.ts';

/* The lines of `codex exec --json` that mean something to us, seen with version 0.169.0. */

export const threadStarted = z.object({ thread_id: z.string() });

export const tokens = z.object({
  input_tokens: z.number().default(0),
  cached_input_tokens: z.number().default(0),
  cache_write_input_tokens: z.number().default(0),
  output_tokens: z.number().default(0),
});
export type Tokens = z.infer<typeof tokens>;

/** Counts from the beginning of the thread, earlier processes included. */
export const turnCompleted = z.object({ usage: tokens.optional() });

export const turnFailed = z.object({ error: z.object({ message: z.string() }) });

export const errorLine = z.object({ message: z.string() });

export const itemLine = z.object({ item: z.looseObject({ id: z.string(), type: z.string() }) });
export type Item = z.infer<typeof itemLine>['item'];

export const textItem = z.object({ text: z.string() });

export const commandItem = z.object({
  command: z.string(),
  aggregated_output: z.string().default(''),
  exit_code: z.number().nullish(),
  status: z.string(),
});

export const fileChangeItem = z.object({
  status: z.string().default('completed'),
  changes: z.array(z.object({ path: z.string(), kind: z.string() })),
});

/** It stands in a line of JSON, so it is some: only its absence is wrong. */
const json = z.custom<Json>((value) => value !== undefined);

export const mcpItem = z.object({
  server: z.string(),
  tool: z.string(),
  arguments: json.optional(),
  status: z.string(),
  result: json.nullish(),
  error: z.object({ message: z.string() }).nullish(),
});

export const webSearchItem = z.object({ query: z.string() });

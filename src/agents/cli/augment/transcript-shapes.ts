import { z } from 'zod';

/* The only line of `auggie --print --output-format json`, seen with version 0.36.0. */

const retry = z.object({
  retry_reason: z.string(),
  error_message: z.string().optional(),
  backoff_ms: z.number().optional(),
});
export type Retry = z.infer<typeof retry>;

export const result = z.object({
  session_id: z.string(),
  subtype: z.string(),
  is_error: z.boolean(),
  result: z.string(),
  /** There only after requests were repeated. */
  retry_stats: z.object({ events: z.array(retry) }).optional(),
});
export type ResultLine = z.infer<typeof result>;

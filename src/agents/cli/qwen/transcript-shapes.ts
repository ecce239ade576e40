import { z } from 'zod';
import * as messages from '../message-shapes.ts';

/* What `qwen --output-format stream-json` prints in other words than Claude Code, seen with version 0.24.4. */

export const result = messages.result.extend({
  error: z.object({ message: z.string() }).nullish(),
});
export type ResultLine = z.infer<typeof result>;

/** An answer is asked for again, and what had come of it counts no more. */
export const retry = z.object({
  data: z.object({ reason: z.string(), attempt: z.number().optional(), delayMs: z.number().optional() }),
});

/** What tools that change files are asked for. */
export const fileArguments = z.object({ file_path: z.string() });

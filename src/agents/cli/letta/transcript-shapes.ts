import { z } from 'zod';

/* The lines of `letta -p --output-format stream-json` that mean something to us, seen with version 0.25.9. */

export const init = z.object({ agent_id: z.string(), model: z.string().optional() });

const part = z.looseObject({ text: z.string().optional() });

/** Pieces of one message have the same id. */
export const assistantMessage = z.object({ id: z.string(), content: z.union([z.string(), z.array(part)]) });

export const reasoningMessage = z.object({ id: z.string(), reasoning: z.string() });

/** A call that was allowed, or one that nobody is there to approve. */
export const callLine = z.object({
  tool_call: z.object({ tool_call_id: z.string(), name: z.string(), arguments: z.string() }),
});

export const retry = z.object({ attempt: z.number(), reason: z.string(), delay_ms: z.number().optional() });

export const errorLine = z.object({ message: z.string() });

const usage = z.object({ prompt_tokens: z.number().default(0), completion_tokens: z.number().default(0) });
export type LettaUsage = z.infer<typeof usage>;

export const result = z.object({ subtype: z.string(), result: z.string().nullable(), usage: usage.nullish() });
export type ResultLine = z.infer<typeof result>;

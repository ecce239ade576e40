import { z } from 'zod';
import type { Json } from '../../../shared/json.ts';

/* The lines of `pi --mode json` that mean something to us, seen with version 0.87.1. */

export const session = z.object({ id: z.string() });

const usage = z.object({
  input: z.number().default(0),
  output: z.number().default(0),
  cacheRead: z.number().default(0),
  cacheWrite: z.number().default(0),
  cost: z.object({ total: z.number() }).optional(),
});
export type PiUsage = z.infer<typeof usage>;

/** It stands in a line of JSON, so it is some: only its absence is wrong. */
const json = z.custom<Json>((value) => value !== undefined);

const part = z.looseObject({ type: z.string(), text: z.string().optional(), thinking: z.string().optional() });

export const messageEnd = z.object({
  message: z.object({
    role: z.string(),
    content: z.union([z.string(), z.array(part)]).default([]),
    model: z.string().optional(),
    usage: usage.optional(),
    stopReason: z.string().optional(),
    errorMessage: z.string().optional(),
  }),
});
export type Message = z.infer<typeof messageEnd>['message'];

export const toolStart = z.object({ toolCallId: z.string(), toolName: z.string(), args: json });

export const toolEnd = z.object({
  toolCallId: z.string(),
  toolName: z.string(),
  isError: z.boolean(),
  result: z.object({ content: z.array(part).default([]) }).optional(),
});

/** What tools that change files are asked for. */
export const fileArguments = z.object({ path: z.string() });

export const agentEnd = z.object({ willRetry: z.boolean().default(false) });

export const retryStart = z.object({ attempt: z.number(), delayMs: z.number().optional(), errorMessage: z.string() });

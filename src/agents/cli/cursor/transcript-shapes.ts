import { z } from 'zod';
import type { Json } from '../../../shared/json.ts';

/*
 * The lines of `cursor-agent --output-format stream-json` that mean something to us, as its documentation and recordings
 * that others published (versions 2025.10 to 2026.09) show them.
 */

export const init = z.object({ session_id: z.string(), model: z.string().optional() });

const part = z.looseObject({ type: z.string(), text: z.string().default('') });

export const assistant = z.object({ message: z.object({ content: z.array(part) }) });

/** Comes in pieces, then `completed` without a text. */
export const thinking = z.object({ subtype: z.string(), text: z.string().default('') });

/** `tool_call` has one member that is named after the tool, for example `shellToolCall`. */
export const toolCall = z.object({
  subtype: z.string(),
  call_id: z.string(),
  tool_call: z.record(z.string(), z.unknown()),
});

/** It stands in a line of JSON, so it is some: only its absence is wrong. */
const json = z.custom<Json>((value) => value !== undefined);

/** It has one member that says what came of the call: `success`, `rejected`, or what went wrong. */
const toolResult = z.record(z.string(), json);

export const toolBody = z.object({ args: json.optional(), result: toolResult.optional() });

/** Of tools without a member of their own, below `function`. */
export const namedTool = z.object({ name: z.string(), arguments: json.optional(), result: toolResult.optional() });

/** What tools that change files are asked for. */
export const fileArguments = z.object({ path: z.string() });

/** What a shell command that was run to its end came to. */
export const shellSuccess = z.object({
  exitCode: z.number(),
  stdout: z.string().default(''),
  stderr: z.string().default(''),
});

export const tokens = z.object({
  inputTokens: z.number().default(0),
  outputTokens: z.number().default(0),
  cacheReadTokens: z.number().default(0),
  cacheWriteTokens: z.number().default(0),
});
export type Tokens = z.infer<typeof tokens>;

export const result = z.object({
  subtype: z.string(),
  is_error: z.boolean(),
  /** All texts of the turn, one after the other. */
  result: z.string().optional(),
  /** Older versions do not tell it. */
  usage: tokens.optional(),
});
export type ResultLine = z.infer<typeof result>;

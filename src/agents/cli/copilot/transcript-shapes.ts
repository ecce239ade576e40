import { z } from 'zod';
import type { Json } from '../../../shared/json.ts';

/*
 * The lines of `copilot --output-format json` that mean something to us, seen with version 1.0.102. All but the last have
 * their members in `data`.
 */

/** It stands in a line of JSON, so it is some: only its absence is wrong. */
const json = z.custom<Json>((value) => value !== undefined);

export const toolsUpdated = z.object({ data: z.object({ model: z.string().optional() }) });

export const message = z.object({
  data: z.object({ content: z.string() }),
  /** Set in what a subagent says. */
  agentId: z.string().optional(),
});

export const toolStart = z.object({
  data: z.object({ toolCallId: z.string(), toolName: z.string(), arguments: json.optional() }),
});

export const toolComplete = z.object({
  data: z.object({
    toolCallId: z.string(),
    /** True also of a command that ended with another code than 0. */
    success: z.boolean(),
    shellExecution: z.object({ exitCode: z.number().optional() }).optional(),
    result: z.object({ content: z.string() }).optional(),
    /** The code `denied` stands for a lack of permission. */
    error: z.object({ message: z.string(), code: z.string().optional() }).optional(),
    fileEdits: z.array(z.object({ path: z.string(), kind: z.string() })).default([]),
  }),
});
export type ToolComplete = z.infer<typeof toolComplete>['data'];

/** A request to the model that failed, whether it is repeated or not. */
export const callFailure = z.object({
  data: z.object({
    statusCode: z.number().optional(),
    /** `transport` is a failure below HTTP. */
    failureKind: z.string().optional(),
    /** JSON: a text, or an object with a `message`. */
    errorMessage: z.string().default(''),
  }),
});
export type CallFailure = z.infer<typeof callFailure>['data'];

export const turnRetry = z.object({ data: z.object({ reason: z.string() }) });

export const sessionError = z.object({ data: z.object({ message: z.string(), statusCode: z.number().optional() }) });
export type SessionError = z.infer<typeof sessionError>['data'];

export const idle = z.object({ data: z.object({ aborted: z.boolean().optional() }) });

/** The last line. */
export const result = z.object({ sessionId: z.string(), exitCode: z.number() });

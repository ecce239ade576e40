import { z } from 'zod';
import type { Json } from '../../../shared/json.ts';

/* The lines of `opencode run --format json` that mean something to us, seen with version 1.18.33, and with 7.7.7 of Kilo Code. */

export const anyLine = z.object({ sessionID: z.string() });

export const textLine = z.object({ part: z.object({ text: z.string() }) });

const tokens = z.object({
  input: z.number().default(0),
  output: z.number().default(0),
  reasoning: z.number().default(0),
  cache: z.object({ read: z.number().default(0), write: z.number().default(0) }).optional(),
});

export const stepFinish = z.object({
  part: z.object({ reason: z.string(), tokens: tokens.optional(), cost: z.number().default(0) }),
});
export type FinishedStep = z.infer<typeof stepFinish>['part'];

/** It stands in a line of JSON, so it is some: only its absence is wrong. */
const json = z.custom<Json>((value) => value !== undefined);

const completed = z.object({
  status: z.literal('completed'),
  input: json,
  output: z.string().default(''),
  metadata: z.unknown(),
});
const failed = z.object({ status: z.literal('error'), input: json, error: z.string() });

export const toolLine = z.object({
  part: z.object({ callID: z.string(), tool: z.string(), state: z.discriminatedUnion('status', [completed, failed]) }),
});
export type ToolPart = z.infer<typeof toolLine>['part'];

/** What a shell command ended with. */
export const shellMetadata = z.object({ exit: z.number() });

/** What tools that change one file tell; `exists` is told of a whole file that was written. */
export const fileInput = z.object({ filePath: z.string() });
export const writeMetadata = z.object({ exists: z.boolean() });

export const patchMetadata = z.object({
  files: z.array(z.object({ filePath: z.string(), type: z.string(), movePath: z.string().optional() })),
});

export const errorLine = z.object({
  error: z.object({
    name: z.string(),
    data: z
      .object({
        message: z.string().optional(),
        statusCode: z.number().optional(),
        isRetryable: z.boolean().default(false),
        responseHeaders: z.record(z.string(), z.string()).optional(),
      })
      .optional(),
  }),
});
export type OpencodeError = z.infer<typeof errorLine>['error'];

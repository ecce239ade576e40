import { z } from 'zod';
import { jsonSchema } from './event-schema.ts';
import { runStateSchema } from './run-view-schema.ts';

/**
 * The lines of a recording: a run with everything a replay needs of it, outside of any journal. One JSON document each;
 * the first one is the head. Long texts stand in their places, and what a machine knew of its processes is left out.
 */
export const recordingLineSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('recording'),
    version: z.literal(1),
    /** The run that is recorded; the others are its child pipelines. */
    runId: z.string(),
  }),
  z.object({ type: z.literal('bundle'), hash: z.string(), bundle: jsonSchema }),
  z.object({
    type: z.literal('run'),
    id: z.string(),
    pipeline: z.string(),
    bundle: z.string(),
    walkVersion: z.int(),
    state: runStateSchema,
    /** Milliseconds since the epoch, like all times below. */
    at: z.number(),
    updatedAt: z.number(),
    parent: z.exactOptional(z.object({ runId: z.string(), key: z.string() })),
    settings: jsonSchema,
  }),
  z.object({
    type: z.literal('turn'),
    runId: z.string(),
    /** Key of the operation whose own turn it is; absent for those of the walk. */
    branch: z.exactOptional(z.string()),
    turn: z.string(),
    turnVersion: z.int(),
    key: z.exactOptional(z.string()),
    at: z.number(),
    payload: jsonSchema,
  }),
]);

export type RecordingLine = z.infer<typeof recordingLineSchema>;

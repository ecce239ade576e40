import { z } from 'zod';
import { jsonSchema } from './event-schema.ts';
import { runStateSchema } from './run-view-schema.ts';

/** Two runs beside each other, as `diff` tells of them: `one` and `other` are its arguments in their order. */

const sides = <S extends z.ZodType>(side: S) => z.object({ one: z.exactOptional(side), other: z.exactOptional(side) });

const comparedRunSchema = z.object({
  runId: z.string(),
  pipeline: z.string(),
  state: runStateSchema,
  failureReason: z.exactOptional(z.string()),
  nodesDone: z.int(),
  durationMs: z.number(),
  tokens: z.int(),
  costUsd: z.exactOptional(z.number()),
});

const repositoryDifferenceSchema = z.object({
  name: z.string(),
  /** The commits that are compared; absent where a run has none in this repository. */
  commits: sides(z.string()),
  files: z.array(
    z.object({
      path: z.string(),
      change: z.enum(['added', 'modified', 'deleted']),
      patch: z.exactOptional(z.string()),
    }),
  ),
});

/** `diff --json`. */
export const runDifferenceSchema = z.object({
  one: comparedRunSchema,
  other: comparedRunSchema,
  /** The last turn that is part of both, where one was forked from the other or both from a third. */
  shared: z.exactOptional(z.object({ runId: z.string(), turn: z.int() })),
  /** Where their ways part at the top level: the place among the visited nodes, from 0, and what was visited there. */
  parting: z.exactOptional(sides(z.string()).extend({ index: z.int() })),
  /** Visits that only one has, or that ended otherwise. */
  visits: z.array(sides(z.string()).extend({ visit: z.string() })),
  /** Values of the context that differ. */
  context: z.array(sides(jsonSchema).extend({ key: z.string() })),
  code: z.array(repositoryDifferenceSchema),
});

export type RunDifference = z.infer<typeof runDifferenceSchema>;
export type ComparedRun = z.infer<typeof comparedRunSchema>;
/** What two runs made of a repository. */
export type RepositoryDifference = z.infer<typeof repositoryDifferenceSchema>;

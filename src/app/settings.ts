import { join } from 'node:path';
import { z } from 'zod';
import { mergePolicies, workspacePlanSchema } from '../contract/workspace-plan.ts';
import type { Journal } from '../engine/ports/journal.ts';
import type { MergePolicy } from '../engine/ports/step.ts';
import { withBlobs, withShape } from '../shared/blob-ref.ts';
import { isJsonObject, type Json, type JsonObject } from '../shared/json.ts';

const words = z.record(z.string(), z.string());

const person = z.object({
  type: z.string().optional(),
  agent: z.string().optional(),
  model: z.string().optional(),
  provider: z.string().optional(),
  models: words.optional(),
  effort: z.enum(['low', 'medium', 'high']).optional(),
  permissions: z.enum(['read-only', 'workspace-write', 'full']).optional(),
  tools: z.array(z.string()).optional(),
});

const staff = z.object({
  defaultProvider: z.string().optional(),
  /** Models by provider and tier. */
  tiers: z.record(z.string(), words).default({}),
  /** Agents and profiles by name. */
  people: z.record(z.string(), person).default({}),
});

/** What a run was started with, recorded so that a resume needs nothing but the run's id. */
const schema = z.object({
  /** The pipeline's file, as given. */
  file: z.string(),
  goal: z.string(),
  /** Written as JSON; a record of zod would lose a key `__proto__`. */
  inputs: z.custom<JsonObject>(isJsonObject),
  /** Backend of codergen nodes; null where the pipeline has none. */
  backend: z.string().nullable(),
  /** It was asked for by name and stands above what nodes say of themselves. */
  backendAsked: z.boolean().default(false),
  /** Text of the script file of backend `scripted`. */
  script: z.string().optional(),
  /** Prepared answers to its questions, in order. */
  answers: z.array(z.string()).optional(),
  autoApprove: z.boolean().default(false),
  /** What the project said of agents and models when the run was started. */
  staff: staff.prefault({}),
  /** How long a visit may wait in all for limits of agents, in milliseconds; absent in runs of before there was such a bound. */
  maxLimitWaitMs: z.number().optional(),
  /** How the work of branches comes together, for runs with folders of their own. */
  mergeBranches: z.enum(mergePolicies).optional(),
  /** Where it works; absent for a run that works in the folder it was started in. */
  workspace: workspacePlanSchema.optional(),
  /** Where the run directory is written; `runs/<id>` of the home unless given. */
  runDirectory: z.string().optional(),
  /** The run whose record answers this one. */
  replayOf: z.string().optional(),
});

export type RunSettings = z.infer<typeof schema>;

type WalkSettings = {
  readonly inputs: JsonObject;
  readonly maxLimitWaitMs?: number;
  readonly mergeBranches?: MergePolicy;
};

/** What of the settings decides how a run is walked: a replay walks by the same. */
export function walkOptionsOf({
  inputs,
  maxLimitWaitMs,
  mergeBranches,
}: Pick<RunSettings, 'inputs' | 'maxLimitWaitMs' | 'mergeBranches'>): WalkSettings {
  return {
    inputs,
    ...(maxLimitWaitMs !== undefined && { maxLimitWaitMs }),
    ...(mergeBranches && { mergeBranches }),
  };
}

/** Where the run directory of a run lies; what takes a copy of it and what looks for it must agree. */
export function runFolder(home: string, runId: string, { runDirectory }: RunSettings): string {
  return runDirectory ?? join(home, 'runs', runId);
}

/** Reads a run's settings; long inputs stay references, as everywhere in a context. */
export async function readSettings(journal: Pick<Journal, 'getBlob'>, recorded: Json): Promise<RunSettings> {
  const read = (hash: string): ReturnType<Journal['getBlob']> => journal.getBlob(hash);
  // Written by `Orchestra.start` as an object; the schema checks the rest.
  const { inputs, ...rest } = (await withShape(read, recorded)) as JsonObject;
  return schema.parse({ ...((await withBlobs(read, rest)) as JsonObject), inputs });
}

import { z } from 'zod';
import type { Json } from '../shared/json.ts';

/** What a run was started with, recorded so that a resume needs nothing but the run's id. */
const schema = z.object({
  /** The pipeline's file, as given. */
  file: z.string(),
  goal: z.string(),
  inputs: z.record(z.string(), z.json()),
  /** Backend of codergen nodes; null where the pipeline has none. */
  backend: z.string().nullable(),
  /** It was asked for by name and stands above what nodes say of themselves. */
  backendAsked: z.boolean().default(false),
  /** Text of the script file of backend `scripted`. */
  script: z.string().optional(),
  /** Prepared answers to its questions, in order. */
  answers: z.array(z.string()).optional(),
  autoApprove: z.boolean().default(false),
  /** Where the run directory is written; `runs/<id>` of the home unless given. */
  runDirectory: z.string().optional(),
});

export type RunSettings = z.infer<typeof schema>;

export function readSettings(json: Json): RunSettings {
  return schema.parse(json);
}

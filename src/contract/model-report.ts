import { z } from 'zod';

/** A server of local models, asked whether it is there. */
export const modelServerReportSchema = z.object({
  /** As it is called below `providers`. */
  provider: z.string(),
  type: z.string(),
  address: z.string(),
  up: z.boolean(),
  version: z.exactOptional(z.string()),
  /** How many models it has. */
  models: z.exactOptional(z.int()),
  /** Why it cannot be used. */
  problem: z.exactOptional(z.string()),
});

export type ModelServerReport = z.infer<typeof modelServerReportSchema>;

/** A model that a local server has. */
export const localModelReportSchema = z.object({
  provider: z.string(),
  name: z.string(),
  bytes: z.exactOptional(z.number()),
  modifiedAt: z.exactOptional(z.string()),
});

export type LocalModelReport = z.infer<typeof localModelReportSchema>;

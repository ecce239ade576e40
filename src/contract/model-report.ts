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

/** A backend that talks to models itself. */
export const modelBackendReportSchema = z.object({
  /** As pipelines name it. */
  id: z.string(),
  /** It can ask the provider that is meant where none is named. */
  usable: z.boolean(),
  /** Why it cannot, and what to do about it. */
  problem: z.exactOptional(z.string()),
});

export type ModelBackendReport = z.infer<typeof modelBackendReportSchema>;

/** A provider of models, as far as can be told without asking it. */
export const providerReportSchema = z.object({
  /** As it is called below `providers`; a vendor without settings has its own name. */
  name: z.string(),
  type: z.exactOptional(z.string()),
  /** Its key is there, or it needs none. */
  usable: z.boolean(),
  /** Why it cannot be used, and what to do about it. */
  problem: z.exactOptional(z.string()),
  /** Models by tier. */
  models: z.record(z.string(), z.string()),
});

export type ProviderReport = z.infer<typeof providerReportSchema>;

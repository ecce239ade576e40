import { z } from 'zod';

/** A setting of a node, and why it is so. */
const settingSchema = z.object({
  /** `agent`, `model`, `permissions`, ... */
  name: z.string(),
  value: z.string(),
  /** For people: who says so, and where. */
  reason: z.string(),
});

const layerSchema = z.object({
  layer: z.enum(['role', 'persona', 'personality', 'task', 'prompt']),
  /** The file or the place it comes from. */
  from: z.string(),
  /** As it is before variables are put in. */
  text: z.string(),
});

/** `explain NODE --json`: who would work on a node, with what, and why. */
export const explanationSchema = z.object({
  file: z.string(),
  pipeline: z.string(),
  node: z.string(),
  handler: z.string(),
  /** `file:line:column` of its statement. */
  place: z.string(),
  settings: z.array(settingSchema),
  layers: z.array(layerSchema),
  /** What would keep the node from being worked on. */
  problems: z.array(z.string()),
});

export type Explanation = z.infer<typeof explanationSchema>;
export type Setting = z.infer<typeof settingSchema>;
export type ExplainedLayer = z.infer<typeof layerSchema>;

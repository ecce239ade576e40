import { z } from 'zod';
import type { Json } from '../../shared/json.ts';

/*
 * What agents send, as far as it is read here; members we do not read are not listed. Agents are ahead of the protocol and
 * behind it, so nothing is demanded that is not needed.
 */

/** It came as JSON: only its absence is wrong. */
const json = z.custom<Json>((value) => value !== undefined);
const meta = z.record(z.string(), json).nullish();

export const initialized = z.object({
  protocolVersion: z.int(),
  agentCapabilities: z
    .object({
      loadSession: z.boolean().nullish(),
      sessionCapabilities: z.object({ resume: z.looseObject({}).nullish() }).nullish(),
    })
    .nullish(),
});
export type Initialized = z.infer<typeof initialized>;

const choice = z.object({ value: z.string(), name: z.string().nullish() });
const configOption = z.object({
  id: z.string(),
  category: z.string().nullish(),
  currentValue: z.union([z.string(), z.boolean()]).nullish(),
  options: z.array(z.union([choice, z.object({ options: z.array(choice) })])).nullish(),
});
export type ConfigOption = z.infer<typeof configOption>;

/** Of new, loaded and resumed sessions alike. */
export const sessionState = z.object({
  modes: z.object({ currentModeId: z.string(), availableModes: z.array(z.object({ id: z.string() })) }).nullish(),
  configOptions: z.array(configOption).nullish(),
});
export type SessionState = z.infer<typeof sessionState>;

export const freshSession = z.object({ sessionId: z.string() });
export const configured = z.object({ configOptions: z.array(configOption).nullish() });

export const update = z.object({ sessionId: z.string(), update: z.looseObject({ sessionUpdate: z.string() }) });

export const piece = z.object({
  content: z.object({ type: z.string(), text: z.string().optional() }),
  messageId: z.string().nullish(),
  _meta: meta,
});

const toolContent = z.object({
  type: z.string(),
  content: z.object({ type: z.string(), text: z.string().optional() }).optional(),
  path: z.string().optional(),
  oldText: z.string().nullish(),
});
export type ToolContent = z.infer<typeof toolContent>;

export const toolCall = z.object({
  toolCallId: z.string(),
  title: z.string().nullish(),
  name: z.string().nullish(),
  kind: z.string().nullish(),
  status: z.string().nullish(),
  content: z.array(toolContent).nullish(),
  locations: z.array(z.object({ path: z.string() })).nullish(),
  rawInput: json.optional(),
  rawOutput: json.optional(),
  _meta: meta,
});
export type ToolCallFacts = z.infer<typeof toolCall>;

export const usageUpdate = z.object({ cost: z.object({ amount: z.number(), currency: z.string() }).nullish() });
export const notice = z.object({ severity: z.string(), title: z.string(), description: z.string().nullish() });

export const promptAnswer = z.object({ stopReason: z.string() });

const count = z.number().nonnegative();
/** In the spelling of the protocol, and in that of some agents. */
export const tokens = z.union([
  z.object({
    inputTokens: count,
    outputTokens: count,
    totalTokens: count.nullish(),
    cachedReadTokens: count.nullish(),
    cachedWriteTokens: count.nullish(),
  }),
  z
    .object({ input_tokens: count, output_tokens: count })
    .transform((told) => ({ inputTokens: told.input_tokens, outputTokens: told.output_tokens })),
]);
export type Tokens = z.infer<typeof tokens>;

/** Many agents add what the turn used, and of which model, beside what the protocol has. */
export const quota = z.object({
  token_count: tokens.nullish(),
  model_usage: z.array(z.object({ model: z.string() })).nullish(),
});

export const permissionRequest = z.object({
  toolCall,
  options: z.array(z.object({ optionId: z.string(), kind: z.string() })),
});
export type PermissionRequest = z.infer<typeof permissionRequest>;

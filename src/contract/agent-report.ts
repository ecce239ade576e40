import { z } from 'zod';

/** What is known of one agent without starting a session of it. */
export const agentReportSchema = z.object({
  /** As pipelines name it. */
  id: z.string(),
  name: z.string(),
  /** Other words that mean it. */
  aliases: z.array(z.string()),
  /** The program is there and tells its version. */
  installed: z.boolean(),
  version: z.exactOptional(z.string()),
  path: z.exactOptional(z.string()),
  /** Why it cannot be used, and what to do about it. */
  problem: z.exactOptional(z.string()),
  /** The version Orchestra was tried with; others usually work, too. Absent where it was never tried. */
  triedVersion: z.exactOptional(z.string()),
  /** What it can sign in with: a key in the environment, what a sign-in left in HOME, or nothing that is known. Of installed ones. */
  signIn: z.exactOptional(z.enum(['key', 'signed in', 'none found'])),
  abilities: z.object({
    /** Runs `tool_hooks` around its tool calls. */
    toolHooks: z.boolean(),
    /** Takes the id of a session from Orchestra, so that a crash at its start cannot lose it. */
    ownSessionId: z.boolean(),
    /** Speaks the Agent Client Protocol: itself, or through an adapter that is installed beside it. */
    acp: z.enum(['itself', 'adapter', 'no']),
  }),
});

export type AgentReport = z.infer<typeof agentReportSchema>;

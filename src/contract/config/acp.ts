import { z } from 'zod';

/** The key `protocol` of an entry of `agents:` for an agent that Orchestra knows. */
export const agentProtocol = z
  .enum(['headless', 'acp', 'auto'])
  .describe(
    'How it is talked to: by its command line (`headless`, the default), over the Agent Client Protocol (`acp`), or over that where its program serves it (`auto`).',
  );
export type AgentProtocol = z.infer<typeof agentProtocol>;

const mode = z.string().min(1).optional();

/** The key `modes` of an entry with `type: acp`. */
export const acpModes = z
  .strictObject({ 'read-only': mode, 'workspace-write': mode, full: mode })
  .describe(
    'Ids of the session modes it shall be in, by permissions. Unset: it stays in its own, and what it asks is answered by `permissions`.',
  );

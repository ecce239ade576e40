import { z } from 'zod';
import { duration } from './duration.ts';
import { acpModes, agentProtocol } from './acp.ts';
import { programLimitsSection, sandboxSection } from './sandbox.ts';

/** What one budget of a profile may say; the attributes `budget.*` of a node have the same meaning. */
const budget = z
  .strictObject({
    money: z.number().positive().optional().describe('US dollars.'),
    tokens: z.int().positive().optional().describe('Tokens, in and out.'),
    time: duration.optional().describe('A duration such as `30m`, waiting included.'),
    calls: z.int().positive().optional().describe('Executed steps, retries included.'),
  })
  .describe('What one node with this profile may spend.');

const layer = (what: string): z.ZodOptional<z.ZodString> => z.string().optional().describe(`Prompt file of ${what}.`);

/**
 * One entry of `agents:`. An entry may say how an agent is driven (its program, what it may do), who somebody is that
 * uses one (prompt layers, model, tools), or both.
 */
export const agentEntry = z.strictObject({
  type: z
    .string()
    .optional()
    .describe('What drives it: the id of an agent, `acp`, or a kind of model server. Unset: the name of the entry.'),
  enabled: z.boolean().optional().describe('`false` takes it out of use without deleting it.'),
  offline: z.boolean().optional().describe('It needs no network; agents without this cannot be used offline.'),
  description: z.string().optional().describe('For people; has no effect.'),
  executable: z.string().optional().describe('The program: a name on the PATH, or a path.'),
  command: z
    .array(z.string())
    .min(1)
    .optional()
    .describe('For `type: acp`: the program that speaks the protocol, and its arguments.'),
  protocol: agentProtocol.optional(),
  modes: acpModes.optional(),
  endpoint: z.url().optional().describe('For model servers: their address.'),
  timeout: duration.optional().describe('The longest one answer may take, such as `30m`.'),
  permissions: z
    .enum(['read-only', 'workspace-write', 'full'])
    .optional()
    .describe('What it may do without asking; nobody is there to be asked.'),
  allowed_tools: z
    .array(z.string())
    .optional()
    .describe("What else it may do, in the agent's own form: `Bash(npm test:*)`."),
  allow_env: z
    .array(z.string())
    .optional()
    .describe('Environment variables it may see beyond its own, for example `AWS_*`.'),
  sandboxed: z
    .boolean()
    .optional()
    .describe('It runs where it can do no harm: `full` permissions are then possible for root, too.'),
  sandbox: sandboxSection.optional(),
  limits: programLimitsSection.optional(),
  models: z.record(z.string(), z.string()).optional().describe('Its models by tier: `smart`, `worker`, `cheap`.'),

  agent: z.string().optional().describe('Who does the work: another entry without prompt layers, or a backend.'),
  model: z.string().optional().describe('A tier, or the name of a model.'),
  provider: z.string().optional().describe('Whose model it is.'),
  effort: z.enum(['low', 'medium', 'high']).optional().describe('How much it shall think.'),
  role: layer('what it is'),
  persona: layer('who it is'),
  personality: layer('how it behaves'),
  task: layer('what it does each time'),
  tools: z
    .array(z.string())
    .optional()
    .describe('The tools it may use, where they are ours; a trailing `*` stands for any ending.'),
  mode: z.enum(['autonomous']).optional().describe('Whether it works alone.'),
  fallback: z
    .union([z.string().transform((name) => [name]), z.array(z.string())])
    .optional()
    .describe('Who does the work where it fails with something that may pass, in order.'),
  budget: budget.optional(),
});

export type AgentEntry = z.infer<typeof agentEntry>;

export const agentsSection = z
  .record(z.string(), agentEntry)
  .describe('Agents and profiles by name, for `agent=` of nodes and graphs.');

import { z } from 'zod';
import type { AgentEntry } from '../../contract/config/agents.ts';
import { duration } from '../../contract/config/duration.ts';
import type { ConfiguredAgent } from './configuration.ts';
import { readYamlDocument } from './yaml-document.ts';

/** An agent as `agents.yaml` describes it; keys that mean nothing to a driver (`role`, `capabilities`) pass. */
const driver = z.looseObject({
  type: z.string().optional(),
  enabled: z.boolean().optional(),
  command: z.string().optional(),
  provider: z.string().optional(),
  adapter: z.string().optional(),
  endpoint: z.url().optional(),
  model: z.string().optional(),
  offline: z.boolean().optional(),
  /** Seconds, or a duration as in `orchestra.yaml`. */
  timeout: z.union([z.number().positive().transform(inMilliseconds), duration]).optional(),
});

function inMilliseconds(seconds: number): string {
  return `${Math.round(seconds * 1_000)}ms`;
}

/** Of the rest of the file (`workflows`, `settings`, `agentic_team`) nothing concerns the agents themselves. */
const agentsYaml = z.looseObject({ agents: z.record(z.string(), driver).default({}) });

type Driver = z.infer<typeof driver>;

/**
 * The agents of an `agents.yaml` as drivers.
 * @throws OrchestraError CONFIG_INVALID with file:line:column
 */
export function readAgentsYaml(path: string, text: string): readonly ConfiguredAgent[] {
  const document = readYamlDocument(path, text, agentsYaml);
  return Object.entries(document.value.agents).map(([name, entry]) => ({
    name,
    entry: entryOf(name, entry),
    spanOf: (...keys) => document.spanOf(['agents', name, ...keys]),
  }));
}

/** Of what says which program a `cli` entry means, the first wins: `provider`, `adapter`, the entry's name, its command. */
function entryOf(
  name: string,
  { type, enabled, offline, command, provider, adapter, endpoint, model, timeout }: Driver,
): AgentEntry {
  const isCommandLine = type === undefined || type === 'cli';
  const program = command?.trim().split(/\s+/)[0];
  return {
    type: isCommandLine ? (provider ?? adapter ?? name) : type,
    ...(enabled !== undefined && { enabled }),
    ...(offline !== undefined && { offline }),
    ...(isCommandLine && program !== undefined && { executable: program }),
    ...(endpoint !== undefined && { endpoint }),
    ...(model !== undefined && { model }),
    ...(timeout !== undefined && { timeout }),
  };
}

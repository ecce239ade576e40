import { cliAgents } from '../agents/cli/all-agents.ts';
import type { CliAgent, CliAgentOptions } from '../agents/cli/cli-agent.ts';
import { profileKeys, type AgentEntry } from '../contract/config/agents.ts';
import { providerTypes } from '../contract/config/providers.ts';
import { didYouMean } from '../language/scan/nearest.ts';
import { parseDuration } from '../shared/duration.ts';
import { OrchestraError } from '../shared/errors.ts';
import { createConfinement } from '../workspace/sandbox/create-confinement.ts';
import type { Configuration, ConfiguredAgent } from './configuration/configuration.ts';

/** How one agent is driven in a project: which program, and how. */
export interface CliDriver {
  /** By which pipelines call it: the agent's own id, or a name of the project's. */
  readonly name: string;
  readonly agent: CliAgent;
  readonly options: CliAgentOptions;
  /** The longest one answer may take. */
  readonly timeoutMs?: number;
  /** Taken out of use by the configuration. */
  readonly isOff: boolean;
  /** It needs no network, as the configuration knows. */
  readonly worksOffline: boolean;
}

const idsByWord: ReadonlyMap<string, string> = new Map(
  cliAgents.flatMap(({ id, aliases = [] }) => [id, ...aliases].map((word): [string, string] => [word, id])),
);

/** The id of the command-line agent a user's word means; other words are their own. */
export function agentIdOf(word: string): string {
  return idsByWord.get(word) ?? word;
}

/**
 * Every command-line agent as the project uses it, and further ones it has made of them.
 * @throws OrchestraError CONFIG_INVALID for an entry that is neither an agent nor a profile
 */
export function cliDrivers(configuration: Configuration): readonly CliDriver[] {
  const configured = [...configuration.agents.values()].filter((agent) => isDriver(agent.name, agent.entry));
  const named = new Map(configured.map((agent) => [agentIdOf(agent.name), agent]));
  const own = cliAgents.map((agent) => driverOf(agent.id, agent, named.get(agent.id)?.entry ?? {}, configuration));
  const made = configured.flatMap((configuredAgent) => {
    const { name, entry } = configuredAgent;
    if (idsByWord.has(name)) return [];
    const type = agentIdOf(entry.type ?? name);
    if (isModelServer(type)) return [];
    const agent = cliAgents.find(({ id }) => id === type);
    if (!agent) throw unknownDriver(configuredAgent);
    return [driverOf(name, { ...agent, id: name, aliases: [] }, entry, configuration)];
  });
  return [...own, ...made];
}

/** The models of a provider, as agents of the project's own names. */
export function modelDrivers({ agents }: Configuration): readonly ConfiguredAgent[] {
  return [...agents.values()].filter(({ entry }) => isModelServer(entry.type ?? ''));
}

function isModelServer(type: string): boolean {
  return providerTypes.some((known) => known === type);
}

/** An entry that says how an agent is driven; one that only says who somebody is, is a profile. */
export function isDriver(name: string, entry: AgentEntry): boolean {
  return entry.type !== undefined || idsByWord.has(name) || !isProfile(entry);
}

/** An entry may be both: an agent of one's own, with a role. */
export function isProfile(entry: AgentEntry): boolean {
  return profileKeys.some((key) => entry[key] !== undefined);
}

function driverOf(name: string, agent: CliAgent, entry: AgentEntry, { env }: Configuration): CliDriver {
  const { executable, permissions, sandboxed, allowed_tools: allowedTools, allow_env: allowEnv, timeout } = entry;
  const confinement = createConfinement({ sandbox: entry.sandbox, limits: entry.limits, env });
  const timeoutMs = timeout === undefined ? undefined : parseDuration(timeout);
  return {
    name,
    agent,
    isOff: entry.enabled === false,
    worksOffline: entry.offline === true,
    ...(timeoutMs !== undefined && { timeoutMs }),
    options: {
      baseEnv: env,
      ...(executable === undefined ? {} : { executable }),
      ...(permissions === undefined ? {} : { permissions }),
      ...(sandboxed === undefined ? {} : { sandboxed }),
      ...(confinement && { confinement }),
      ...(allowedTools ? { allowedTools } : {}),
      ...(allowEnv ? { allowEnv } : {}),
    },
  };
}

function unknownDriver({ name, entry: { type }, spanOf }: ConfiguredAgent): OrchestraError {
  const { file, start } = type === undefined ? spanOf() : spanOf('type');
  const what =
    type === undefined
      ? `"${name}" is no agent, and says neither its type nor anything of a profile`
      : `there is no agent of type "${type}"`;
  return new OrchestraError('CONFIG_INVALID', `${file}:${start.line}:${start.column}: ${what}`, {
    hint: didYouMean(type ?? name, [...idsByWord.keys(), ...providerTypes]),
  });
}

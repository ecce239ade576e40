import { cliAgents } from '../agents/cli/all-agents.ts';
import { acpAgentOfDriver, type AcpAgent } from '../agents/acp/acp-agent.ts';
import type { ProtocolOptions } from '../agents/acp/protocol-adapter.ts';
import type { CliAgent } from '../agents/cli/cli-agent.ts';
import type { AgentProtocol } from '../contract/config/acp.ts';
import type { AgentEntry } from '../contract/config/agents.ts';
import { profileKeys } from '../contract/config/profile-keys.ts';
import { providerTypes } from '../contract/config/provider-types.ts';
import { placeText, type Span } from '../language/graph/span.ts';
import { didYouMean } from '../language/scan/nearest.ts';
import { parseDuration } from '../shared/duration.ts';
import { OrchestraError } from '../shared/errors.ts';
import { createConfinement } from '../workspace/sandbox/create-confinement.ts';
import type { Configuration, ConfiguredAgent } from './configuration/configuration.ts';

/** An agent as a project uses it. */
export interface AgentUse {
  /** By which pipelines call it: the agent's own id, or a name of the project's. */
  readonly name: string;
  /** The longest one answer may take. */
  readonly timeoutMs?: number;
  /** Taken out of use by the configuration. */
  readonly isOff: boolean;
  /** It needs no network, as the configuration knows. */
  readonly worksOffline: boolean;
}

/** One of the agents that Orchestra knows, and how it is driven. */
export interface CliDriver extends AgentUse {
  readonly agent: CliAgent;
  readonly options: ProtocolOptions;
  /** How it is talked to. */
  readonly protocol: AgentProtocol;
}

/** An agent that only the project knows, and that speaks the Agent Client Protocol. */
export interface AcpDriver extends AgentUse {
  readonly agent: AcpAgent;
  readonly options: ProtocolOptions;
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
    if (isModelServer(type) || type === acpType) return [];
    const agent = cliAgents.find(({ id }) => id === type);
    if (!agent) throw unknownDriver(configuredAgent);
    return [driverOf(name, { ...agent, id: name, aliases: [] }, entry, configuration)];
  });
  return [...own, ...made];
}

/** `type` of an agent that speaks the Agent Client Protocol and that only the project knows. */
const acpType = 'acp';

/**
 * The project's own agents of the Agent Client Protocol.
 * @throws OrchestraError CONFIG_INVALID for one without a command
 */
export function acpDrivers(configuration: Configuration): readonly AcpDriver[] {
  const configured = [...configuration.agents.values()].filter(({ entry }) => entry.type === acpType);
  return configured.map(({ name, entry, spanOf }) => {
    const { command: [program, ...args] = [], modes } = entry;
    if (program === undefined) throw atPlace(spanOf(), `"${name}" needs a \`command\` that speaks the protocol`);
    const agent = acpAgentOfDriver({ id: name, command: [program, ...args], ...(modes && { modes }) });
    return { name, agent, ...useOf(entry), options: optionsOf(entry, configuration) };
  });
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

function driverOf(name: string, agent: CliAgent, entry: AgentEntry, configuration: Configuration): CliDriver {
  const [adapterExecutable] = entry.command ?? [];
  return {
    name,
    agent,
    protocol: entry.protocol ?? 'headless',
    ...useOf(entry),
    options: { ...optionsOf(entry, configuration), ...(adapterExecutable !== undefined && { adapterExecutable }) },
  };
}

/** What an entry says of when and how long an agent is used. */
function useOf({ enabled, offline, timeout }: AgentEntry): Omit<AgentUse, 'name'> {
  const timeoutMs = timeout === undefined ? undefined : parseDuration(timeout);
  return {
    isOff: enabled === false,
    worksOffline: offline === true,
    ...(timeoutMs !== undefined && { timeoutMs }),
  };
}

function optionsOf(entry: AgentEntry, { env }: Configuration): ProtocolOptions {
  const { executable, permissions, sandboxed, allowed_tools: allowedTools, allow_env: allowEnv } = entry;
  const confinement = createConfinement({ sandbox: entry.sandbox, limits: entry.limits, env });
  return {
    baseEnv: env,
    ...(executable !== undefined && { executable }),
    ...(permissions && { permissions }),
    ...(sandboxed !== undefined && { sandboxed }),
    ...(confinement && { confinement }),
    ...(allowedTools && { allowedTools }),
    ...(allowEnv && { allowEnv }),
  };
}

function unknownDriver({ name, entry: { type }, spanOf }: ConfiguredAgent): OrchestraError {
  const known = [...idsByWord.keys(), acpType, ...providerTypes];
  if (type !== undefined)
    return atPlace(spanOf('type'), `there is no agent of type "${type}"`, didYouMean(type, known));
  const what = `"${name}" is no agent, and says neither its type nor anything of a profile`;
  return atPlace(spanOf(), what, didYouMean(name, known));
}

function atPlace(span: Span, message: string, hint?: string): OrchestraError {
  const text = `${placeText(span)}: ${message}`;
  return new OrchestraError('CONFIG_INVALID', text, { ...(hint !== undefined && { hint }) });
}

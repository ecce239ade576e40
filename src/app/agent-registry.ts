import { createAcpAdapter } from '../agents/acp/acp-adapter.ts';
import { createProtocolAdapter } from '../agents/acp/protocol-adapter.ts';
import { offlineMode } from '../agents/local/offline.ts';
import { onlineOnly } from '../agents/routing/offline-agent.ts';
import { Routing } from '../agents/routing/routing.ts';
import { withTurnLimit } from '../agents/routing/turn-limit.ts';
import type { AgentAdapter } from '../engine/ports/agent.ts';
import type { Journal } from '../engine/ports/journal.ts';
import { simulationAdapter } from '../engine/simulation/simulation-adapter.ts';
import { didYouMean } from '../language/scan/nearest.ts';
import { OrchestraError } from '../shared/errors.ts';
import type { Configuration } from './configuration/configuration.ts';
import { acpDrivers, cliDrivers, type AgentUse, type CliDriver } from './drivers.ts';
import type { Extensions } from './extensions.ts';
import { llmBackends } from './llm-backends.ts';

export interface RegistryParts {
  readonly extensions: Extensions;
  readonly configuration: Configuration;
  /** What stands before the agents; of the project, where they are asked something. */
  readonly routing?: Routing;
  /** Absent where agents are only looked at. */
  readonly journal?: Journal;
  /** Only what needs no network may be used, whatever the configuration says. */
  readonly isOffline?: boolean;
}

/**
 * The agents a run can use, by name: those of Orchestra and of the project, then those of the program using it.
 * @throws OrchestraError CONFIG_INVALID for limits of an agent that is not there
 */
export function agentRegistry(parts: RegistryParts): ReadonlyMap<string, AgentAdapter> {
  const { extensions, configuration, routing = new Routing(), journal, isOffline: isAsked = false } = parts;
  const isOffline = offlineMode({ isAsked, section: configuration.offline, env: configuration.env });
  const own = [
    ...cliDrivers(configuration).map((driver) => adapterOf(driver, isOffline)),
    ...acpDrivers(configuration).map((driver) =>
      inUse(createAcpAdapter(driver.agent, driver.options), driver, isOffline),
    ),
    ...llmBackends({ configuration, extensions, journal, isOffline }),
  ];
  const registry = new Map<string, AgentAdapter>([
    ...own.map((adapter) => [adapter.id, routing.guard(adapter)] as const),
    ['simulation', simulationAdapter],
    ...Object.entries(extensions.backends ?? {}).map(
      ([name, adapter]) => [name, routing.limit(brought(name, adapter))] as const,
    ),
  ]);
  assertLimitedAreKnown(configuration, [...registry.keys()]);
  return registry;
}

/** A backend of the program that uses Orchestra, by the name it has here; it may be an object of a class. */
function brought(name: string, adapter: AgentAdapter): AgentAdapter {
  return {
    specVersion: adapter.specVersion,
    id: name,
    ...(adapter.toolHooks && { toolHooks: adapter.toolHooks }),
    detect: (wanted) => adapter.detect(wanted),
    open: (request) => adapter.open(request),
  };
}

/** A limit of nobody would limit nobody. */
function assertLimitedAreKnown({ file = 'orchestra.yaml', limits }: Configuration, known: readonly string[]): void {
  const unknown = Object.keys(limits?.agents ?? {}).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  throw new OrchestraError('CONFIG_INVALID', `${file}: limits.agents names "${unknown}", and there is no such agent`, {
    hint: didYouMean(unknown, known),
  });
}

/** A driver behind the Agent port. */
export function adapterOf(driver: CliDriver, isOffline: () => Promise<boolean> = async () => false): AgentAdapter {
  return inUse(createProtocolAdapter(driver.agent, driver.protocol, driver.options), driver, isOffline);
}

/** An agent within what the project says of its use. */
function inUse(adapter: AgentAdapter, use: AgentUse, isOffline: () => Promise<boolean>): AgentAdapter {
  const { name, timeoutMs, isOff, worksOffline } = use;
  if (isOff) {
    const reason = `orchestra.yaml has switched ${name} off`;
    return { ...adapter, detect: async () => ({ available: false, reason }) };
  }
  const limited = timeoutMs === undefined ? adapter : withTurnLimit(adapter, timeoutMs);
  return worksOffline ? limited : onlineOnly(limited, isOffline);
}

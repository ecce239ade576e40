import { createCliAdapter } from '../agents/cli/cli-adapter.ts';
import { Routing } from '../agents/routing/routing.ts';
import { withTurnLimit } from '../agents/routing/turn-limit.ts';
import type { AgentAdapter } from '../engine/ports/agent.ts';
import { simulationAdapter } from '../engine/simulation/simulation-adapter.ts';
import { didYouMean } from '../language/scan/nearest.ts';
import { OrchestraError } from '../shared/errors.ts';
import type { Configuration } from './configuration/configuration.ts';
import { cliDrivers, type CliDriver } from './drivers.ts';
import type { Extensions } from './extensions.ts';

/**
 * The agents a run can use, by name: those of Orchestra and of the project, then those of the program using it.
 * @param routing what stands before them; of the project, where they are asked something
 * @throws OrchestraError CONFIG_INVALID for limits of an agent that is not there
 */
export function agentRegistry(
  extensions: Extensions,
  configuration: Configuration,
  routing = new Routing(),
): ReadonlyMap<string, AgentAdapter> {
  const registry = new Map<string, AgentAdapter>([
    ...cliDrivers(configuration).map((driver) => [driver.name, routing.guard(adapterOf(driver))] as const),
    ['simulation', simulationAdapter],
    ...Object.entries(extensions.backends ?? {}),
  ]);
  assertLimitedAreKnown(configuration, [...registry.keys()]);
  return registry;
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
export function adapterOf({ name, agent, options, timeoutMs, isOff }: CliDriver): AgentAdapter {
  const adapter = createCliAdapter(agent, options);
  if (isOff)
    return {
      ...adapter,
      detect: async () => ({ available: false, reason: `orchestra.yaml has switched ${name} off` }),
    };
  return timeoutMs === undefined ? adapter : withTurnLimit(adapter, timeoutMs);
}

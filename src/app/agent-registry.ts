import { createCliAdapter } from '../agents/cli/cli-adapter.ts';
import { Circuits } from '../agents/routing/circuits.ts';
import { withTurnLimit } from '../agents/routing/turn-limit.ts';
import type { AgentAdapter } from '../engine/ports/agent.ts';
import { simulationAdapter } from '../engine/simulation/simulation-adapter.ts';
import type { Configuration } from './configuration/configuration.ts';
import { cliDrivers, type CliDriver } from './drivers.ts';
import type { Extensions } from './extensions.ts';

/** The agents a run can use, by name: those of Orchestra and of the project, then those of the program using it. */
export function agentRegistry(extensions: Extensions, configuration: Configuration): ReadonlyMap<string, AgentAdapter> {
  const circuits = new Circuits();
  return new Map<string, AgentAdapter>([
    ...cliDrivers(configuration).map((driver) => [driver.name, circuits.guard(adapterOf(driver))] as const),
    ['simulation', simulationAdapter],
    ...Object.entries(extensions.backends ?? {}),
  ]);
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

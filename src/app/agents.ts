import { access } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { createAcpAdapter } from '../agents/acp/acp-adapter.ts';
import { cliAgents } from '../agents/cli/all-agents.ts';
import type { CliAgent } from '../agents/cli/cli-agent.ts';
import type { AgentReport } from '../contract/agent-report.ts';
import type { AgentDetection } from '../engine/ports/agent.ts';
import { adapterOf } from './agent-registry.ts';
import { defaultConfiguration, type Configuration, type Environment } from './configuration/configuration.ts';
import { acpDrivers, cliDrivers, type AcpDriver, type CliDriver } from './drivers.ts';

/** The ids of all agents Orchestra knows, whether they are installed or not, in order of preference. */
export function allAgentIds(): readonly string[] {
  return cliAgents.map(({ id }) => id);
}

/** The ids of those that are installed here. Starts no session: each program is asked for its version only. */
export async function detectInstalledAgents(env: Environment = process.env): Promise<readonly string[]> {
  const reports = await inspectAgents(defaultConfiguration('.', env));
  return reports.filter(({ installed }) => installed).map(({ id }) => id);
}

/** Every agent, those a project has made of them included, as far as can be told without a session: installed, of which version, signed in. */
export function inspectAgents(configuration: Configuration): Promise<readonly AgentReport[]> {
  return Promise.all([
    ...cliDrivers(configuration).map((driver) => inspect(driver, configuration.env)),
    ...acpDrivers(configuration).map((driver) => inspectOwn(driver)),
  ]);
}

async function inspect(driver: CliDriver, env: Environment): Promise<AgentReport> {
  const { agent } = driver;
  const [detection, signIn] = await Promise.all([adapterOf(driver).detect(), signInOf(agent, env)]);
  const triedVersion = triedVersionOf(driver, detection);
  return {
    id: agent.id,
    name: agent.name,
    aliases: [...(agent.aliases ?? [])],
    ...found(detection),
    ...(triedVersion !== undefined && { triedVersion }),
    ...(detection.available && { signIn }),
    abilities: {
      toolHooks: agent.runsToolHooks === true,
      ownSessionId: agent.freshSessionId !== undefined,
      acp: acpOf(agent),
    },
  };
}

/** An agent that only the project knows: what it signs in with, and which version of it works, nobody here does. */
async function inspectOwn({ agent, options }: AcpDriver): Promise<AgentReport> {
  const detection = await createAcpAdapter(agent, options).detect();
  const abilities = { toolHooks: false, ownSessionId: false, acp: 'itself' } as const;
  return { id: agent.id, name: agent.name, aliases: [], ...found(detection), abilities };
}

function found({
  available,
  version,
  path,
  reason,
}: AgentDetection): Pick<AgentReport, 'installed' | 'version' | 'path' | 'problem'> {
  return {
    installed: available,
    ...(version !== undefined && { version }),
    ...(path !== undefined && { path }),
    ...(reason !== undefined && { problem: reason }),
  };
}

/** Over the protocol it may be an adapter that is started, and that tells a version of its own. */
function triedVersionOf({ agent, protocol, options }: CliDriver, { path }: AgentDetection): string | undefined {
  const { adapter } = agent.acp ?? {};
  if (!adapter || protocol === 'headless') return agent.triedVersion;
  const isAdapter = path !== undefined && basename(path) === basename(options.adapterExecutable ?? adapter.executable);
  return protocol === 'acp' || isAdapter ? adapter.triedVersion : agent.triedVersion;
}

function acpOf({ acp }: CliAgent): AgentReport['abilities']['acp'] {
  if (!acp) return 'no';
  return acp.adapter ? 'adapter' : 'itself';
}

/** Whether it works shows only in a session: a key may be wrong, and a sign-in may have expired. */
async function signInOf({ signIn }: CliAgent, env: Environment): Promise<AgentReport['signIn'] & string> {
  if (signIn.variables.some((name) => (env[name] ?? '') !== '')) return 'key';
  const home = env['HOME'];
  if (home === undefined) return 'none found';
  const found = await Promise.all(signIn.files.map((file) => isThere(join(home, file))));
  return found.includes(true) ? 'signed in' : 'none found';
}

function isThere(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { cliAgents } from '../agents/cli/all-agents.ts';
import type { CliAgent } from '../agents/cli/cli-agent.ts';
import type { AgentReport } from '../contract/agent-report.ts';
import { adapterOf } from './agent-registry.ts';
import { defaultConfiguration, type Configuration, type Environment } from './configuration/configuration.ts';
import { cliDrivers, type CliDriver } from './drivers.ts';

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
  return Promise.all(cliDrivers(configuration).map((driver) => inspect(driver, configuration.env)));
}

async function inspect(driver: CliDriver, env: Environment): Promise<AgentReport> {
  const { agent } = driver;
  const [{ available, version, path, reason }, signIn] = await Promise.all([
    adapterOf(driver).detect(),
    signInOf(agent, env),
  ]);
  return {
    id: agent.id,
    name: agent.name,
    aliases: [...(agent.aliases ?? [])],
    installed: available,
    ...(version !== undefined && { version }),
    ...(path !== undefined && { path }),
    ...(reason !== undefined && { problem: reason }),
    ...(agent.triedVersion !== undefined && { triedVersion: agent.triedVersion }),
    ...(available && { signIn }),
    abilities: {
      toolHooks: agent.runsToolHooks === true,
      ownSessionId: agent.freshSessionId !== undefined,
      acp: acpOf(agent),
    },
  };
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

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** An agent's program for end-to-end tests: exactly one version, so that what was recorded of it stays true. */
export interface AgentPackage {
  readonly name: string;
  readonly version: string | undefined;
  /** Path of the program inside the installation. */
  readonly program: string;
  /** Without its optional dependencies: hundreds of megabytes that are there already. */
  readonly omitsOptional?: boolean;
}

export const claudeCodePackage: AgentPackage = {
  name: '@anthropic-ai/claude-code',
  version: '2.1.329',
  program: 'node_modules/.bin/claude',
};

const cache = join(import.meta.dirname, '../../.cache/agents');

/**
 * The path of an installed agent, or why there is none: it is fetched from npm into `.cache/agents/` on first use
 * (hundreds of megabytes), never into the project's own dependencies. Without a network a suite skips itself.
 */
export function installAgent(agent: AgentPackage): { readonly path: string } | { readonly reason: string } {
  if (agent.version === undefined) return { reason: `${agent.name} was never tried in any version` };
  const folder = join(cache, `${agent.name.replaceAll(/\W+/g, '-').replace(/^-/, '')}-${agent.version}`);
  const path = join(folder, agent.program);
  if (existsSync(path)) return { path };
  mkdirSync(cache, { recursive: true });
  const fresh = mkdtempSync(join(cache, 'install-'));
  writeFileSync(join(fresh, 'package.json'), '{ "name": "end-to-end-agent", "private": true }\n');
  const wanted = `${agent.name}@${agent.version}`;
  const less = agent.omitsOptional === true ? ['--omit=optional'] : [];
  const done = spawnSync('npm', ['install', '--save-exact', '--no-audit', '--no-fund', ...less, wanted], {
    cwd: fresh,
    encoding: 'utf8',
  });
  if (done.status !== 0 || !existsSync(join(fresh, agent.program))) {
    rmSync(fresh, { recursive: true });
    return { reason: `${wanted} could not be installed: ${done.stderr.trim().slice(-500)}` };
  }
  try {
    renameSync(fresh, folder); // whole or not at all
  } catch (error) {
    // Somebody else was quicker.
    rmSync(fresh, { recursive: true });
    if (!existsSync(path)) throw error;
  }
  return { path };
}

import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseEnv } from 'node:util';
import { findProject } from '../project.ts';
import { readTextFile } from '../text-file.ts';
import { defaultConfiguration, type Configuration, type Environment } from './configuration.ts';

/** Where a project is looked for, upward. */
export interface ProjectPlace {
  readonly cwd: string;
  readonly env: Environment;
}

/** That of the project a folder belongs to; see `readConfiguration`. */
export function readProjectConfiguration({ cwd, env }: ProjectPlace): Promise<Configuration> {
  return readConfiguration(findProject(cwd, env).root, env);
}

/**
 * Reads what lies in a project's root: `orchestra.yaml`, a `.env` beside it (which overrides nothing that is set), and
 * the `agents.yaml` that lies there or that `AI_ORCHESTRATOR_CONFIG_PATH` names. What is absent has defaults.
 * @throws OrchestraError CONFIG_INVALID with file:line:column of every culprit, FILE_UNREADABLE
 */
export async function readConfiguration(root: string, processEnv: Environment): Promise<Configuration> {
  const env = { ...(await readDotEnv(root)), ...processEnv };
  const file = join(root, 'orchestra.yaml');
  const agentsFile = agentsYamlOf(root, env);
  const files = { ...(existsSync(file) && { file }), ...(agentsFile !== undefined && { agentsFile }) };
  if (Object.keys(files).length === 0) return defaultConfiguration(root, env);
  // Most projects have neither and need not wait for a YAML reader.
  const { parseConfiguration } = await import('./parse-configuration.ts');
  return parseConfiguration({ root, env, ...files });
}

async function readDotEnv(root: string): Promise<Environment> {
  const file = join(root, '.env');
  return existsSync(file) ? parseEnv(await readTextFile(file)) : {};
}

/** A file that is named has to be there; one that may lie there may be missing. */
function agentsYamlOf(root: string, env: Environment): string | undefined {
  const named = env['AI_ORCHESTRATOR_CONFIG_PATH'];
  if (named !== undefined && named !== '') return resolve(root, named);
  const file = join(root, 'agents.yaml');
  return existsSync(file) ? file : undefined;
}

import { OrchestraError } from '../shared/errors.ts';
import { createRedactor, minimumSecretLength, type Redactor } from '../shared/redaction.ts';
import { defaultConfiguration, readConfiguration, secretsFrom, type Configuration } from './configuration.ts';
import { findProject } from './project.ts';

/**
 * What can be found of the secrets of a project, for texts that never pass its journal: errors, above all. It works
 * where the project itself cannot be opened; only secrets that a configuration that cannot be read names are then unknown.
 */
export async function knownSecrets(cwd: string, env: Readonly<Record<string, string | undefined>>): Promise<Redactor> {
  const secrets = secretsFrom(await readableConfiguration(cwd, env), env);
  const usable = [...secrets].filter(([, value]) => value.length >= minimumSecretLength);
  return createRedactor(Object.fromEntries(usable));
}

async function readableConfiguration(
  cwd: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Configuration> {
  try {
    return await readConfiguration(findProject(cwd, env).root);
  } catch (error) {
    if (error instanceof OrchestraError) return defaultConfiguration;
    throw error;
  }
}

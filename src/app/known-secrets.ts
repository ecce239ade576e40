import { OrchestraError } from '../shared/errors.ts';
import { createRedactor, minimumSecretLength, type Redactor } from '../shared/redaction.ts';
import { defaultConfiguration, type Configuration, type Environment } from './configuration/configuration.ts';
import { readProjectConfiguration } from './configuration/read-configuration.ts';
import { secretsFrom } from './configuration/secrets-from.ts';

/**
 * What can be found of the secrets of a project, for texts that never pass its journal: errors, above all. It works
 * where the project itself cannot be opened; only secrets that a configuration that cannot be read names are then unknown.
 */
export async function knownSecrets(cwd: string, env: Environment): Promise<Redactor> {
  const secrets = secretsFrom(await readableConfiguration(cwd, env));
  const usable = [...secrets].filter(([, value]) => value.length >= minimumSecretLength);
  return createRedactor(Object.fromEntries(usable));
}

async function readableConfiguration(cwd: string, env: Environment): Promise<Configuration> {
  try {
    return await readProjectConfiguration({ cwd, env });
  } catch (error) {
    if (error instanceof OrchestraError) return defaultConfiguration(cwd, env);
    throw error;
  }
}

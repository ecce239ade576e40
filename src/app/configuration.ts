import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Configuration } from './configuration-file.ts';
import { minimumSecretLength } from '../shared/redaction.ts';
import { readTextFile } from './text-file.ts';

export type { Configuration } from './configuration-file.ts';

export const defaultConfiguration: Configuration = { secrets: [], agents: {} };

/**
 * Reads `orchestra.yaml` of the project root; absent means defaults.
 * @throws OrchestraError CONFIG_INVALID with file:line:column of the culprit, FILE_UNREADABLE
 */
export async function readConfiguration(root: string): Promise<Configuration> {
  const path = join(root, 'orchestra.yaml');
  if (!existsSync(path)) return defaultConfiguration;
  // Most projects have none and need not wait for a YAML reader.
  const { parseConfiguration } = await import('./configuration-file.ts');
  return parseConfiguration(path, await readTextFile(path));
}

/** Values of configured secrets and of variables that are secrets by their name, by name. */
export function secretsFrom(
  configuration: Configuration,
  env: Readonly<Record<string, string | undefined>>,
): ReadonlyMap<string, string> {
  const secrets = new Map<string, string>();
  for (const [name, value] of Object.entries(env)) {
    const named = configuration.secrets.includes(name);
    // A short value of a variable nobody configured is more likely a flag than a secret.
    const looksSecret = secretName.test(name) && (value ?? '').length >= minimumSecretLength;
    if (value && (named || looksSecret)) secrets.set(name, value);
  }
  return secrets;
}

/** Names by which programs ask for secrets. Names of files and ids, such as AWS_ACCESS_KEY_ID, are none of them. */
const secretName =
  /(?:^|_)(?:(?:API|ACCESS|SECRET|PRIVATE|SIGNING|ENCRYPTION|MASTER)_?KEY|[A-Z]*TOKEN|[A-Z]*SECRET|[A-Z]*PASSWORD|PASSWD|PASSPHRASE|PAT)$/i;

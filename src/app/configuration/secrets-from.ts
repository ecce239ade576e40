import { minimumSecretLength } from '../../shared/redaction.ts';
import type { Configuration } from './configuration.ts';

/** Values of configured secrets and of variables that are secrets by their name, by name. */
export function secretsFrom({
  secrets: configured,
  env,
}: Pick<Configuration, 'secrets' | 'env'>): ReadonlyMap<string, string> {
  const secrets = new Map<string, string>();
  for (const [name, value] of Object.entries(env)) {
    const named = configured.includes(name);
    // A short value of a variable nobody configured is more likely a flag than a secret.
    const looksSecret = secretName.test(name) && (value ?? '').length >= minimumSecretLength;
    if (value && (named || looksSecret)) secrets.set(name, value);
  }
  return secrets;
}

/** Names by which programs ask for secrets. Names of files and ids, such as AWS_ACCESS_KEY_ID, are none of them. */
const secretName =
  /(?:^|_)(?:(?:API|ACCESS|SECRET|PRIVATE|SIGNING|ENCRYPTION|MASTER)_?KEY|[A-Z]*TOKEN|[A-Z]*SECRET|[A-Z]*PASSWORD|PASSWD|PASSPHRASE|PAT)$/i;

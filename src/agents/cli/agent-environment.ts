import { allowedEnvironment } from '../../shared/process/environment.ts';
import type { CliAgent, CliAgentOptions } from './cli-agent.ts';

/** What an agent sees of Orchestra's environment: the variables it is known to need, those the user allows, and those set for it. */
export function environmentOf(
  { variables }: CliAgent,
  { baseEnv, allowEnv = [] }: CliAgentOptions,
  set: Readonly<Record<string, string>>,
): Record<string, string> {
  return allowedEnvironment({ base: baseEnv, allow: [...variables, ...allowEnv], set });
}

import { Providers } from '../agents/llm/providers/provider.ts';
import type { ProviderType } from '../contract/config/provider-types.ts';
import type { ProviderSettings } from '../contract/config/providers.ts';
import { parseDuration } from '../shared/duration.ts';
import type { Configuration, ConfiguredAgent } from './configuration/configuration.ts';
import { modelDrivers } from './drivers.ts';

/** The providers of models that a project can use; an agent that is a model server is one of its name. */
export function providersOf(configuration: Configuration): Providers {
  const { providers = { named: {} }, env } = configuration;
  const ofAgents = modelDrivers(configuration).map((agent) => [agent.name, settingsOf(agent)] as const);
  return new Providers({ ...providers, named: { ...Object.fromEntries(ofAgents), ...providers.named } }, env);
}

function settingsOf({ entry: { type, endpoint, models, timeout } }: ConfiguredAgent): ProviderSettings {
  const silenceMs = timeout === undefined ? undefined : parseDuration(timeout);
  return {
    // Checked by `modelDrivers`.
    type: type as ProviderType,
    ...(endpoint !== undefined && { api_base: apiBaseOf(endpoint) }),
    ...(models && { models }),
    ...(silenceMs !== undefined && { timeout: silenceMs / 1_000 }),
  };
}

/** Servers are named by their address; what they speak begins at `/v1`. */
function apiBaseOf(endpoint: string): string {
  const url = new URL(endpoint);
  return url.pathname === '/' ? new URL('/v1', url).href : endpoint;
}

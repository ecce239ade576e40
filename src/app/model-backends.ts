import { assertUsable, type Providers } from '../agents/llm/providers/provider.ts';
import { offlineMode } from '../agents/local/offline.ts';
import type { ModelBackendReport, ProviderReport } from '../contract/model-report.ts';
import { OrchestraError, reasonOf } from '../shared/errors.ts';
import { isModelBackend } from './backends.ts';
import type { Configuration } from './configuration/configuration.ts';
import { llmBackends } from './llm-backends.ts';
import { providersOf } from './providers.ts';

export interface ModelReports {
  readonly backends: readonly ModelBackendReport[];
  readonly providers: readonly ProviderReport[];
}

/** The backends that talk to models themselves, and whom they can ask. No provider hears of it. */
export async function inspectModels(configuration: Configuration): Promise<ModelReports> {
  const isOffline = offlineMode({ isAsked: false, section: configuration.offline, env: configuration.env });
  const adapters = llmBackends({ configuration, extensions: {}, journal: undefined, isOffline });
  const backends = adapters.filter(({ id }) => isModelBackend(id));
  const providers = providersOf(configuration);
  return {
    backends: await Promise.all(
      backends.map(async ({ id, detect }) => {
        const { available, reason } = await detect();
        return { id, usable: available, ...(reason !== undefined && { problem: reason }) };
      }),
    ),
    providers: providers.names.map((name) => inspectProvider(providers, name)),
  };
}

function inspectProvider(providers: Providers, name: string): ProviderReport {
  try {
    const provider = providers.find(name);
    const found = { name, type: provider.type, models: { ...provider.models } };
    return { ...found, ...usable(() => assertUsable(provider, false)) };
  } catch (thrown) {
    return { name, models: {}, usable: false, problem: problemOf(thrown) };
  }
}

function usable(check: () => void): Pick<ProviderReport, 'usable' | 'problem'> {
  try {
    check();
    return { usable: true };
  } catch (thrown) {
    return { usable: false, problem: problemOf(thrown) };
  }
}

function problemOf(thrown: unknown): string {
  if (thrown instanceof OrchestraError) return reasonOf(thrown);
  throw thrown;
}

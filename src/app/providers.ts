import { Providers } from '../agents/llm/providers/provider.ts';
import type { ProvidersSection } from '../contract/config/providers.ts';
import type { Configuration } from './configuration/configuration.ts';

/** The providers of models that a project can use. */
export function providersOf({ env, providers }: ConfiguredProviders): Providers {
  return new Providers(providers ?? { named: {} }, env);
}

type ConfiguredProviders = Pick<Configuration, 'env'> & { readonly providers?: ProvidersSection };

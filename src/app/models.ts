import type { LocalServer, PullProgress } from '../agents/local/local-server.ts';
import { serverOf } from '../agents/local/server-of.ts';
import type { Provider, Providers } from '../agents/llm/providers/provider.ts';
import type { LocalModelReport, ModelServerReport } from '../contract/model-report.ts';
import { messageOf, OrchestraError } from '../shared/errors.ts';

/** Every server of local models, whether it is there and how many models it has. */
export function modelServers(providers: Providers): Promise<readonly ModelServerReport[]> {
  return Promise.all(localProviders(providers).map(inspect));
}

async function inspect(provider: Provider): Promise<ModelServerReport> {
  const server = serverOf(provider);
  const { name, type } = provider;
  const common = { provider: name, type, address: server.address };
  const health = await server.health();
  if (!health.isUp) return { ...common, up: false, problem: health.problem };
  const version = health.version === undefined ? {} : { version: health.version };
  const listed = await server.list().then(
    (models) => ({ models: models.length }),
    (thrown: unknown) => ({ problem: messageOf(thrown) }),
  );
  return { ...common, ...version, up: true, ...listed };
}

/**
 * The models of one server, or of all of them.
 * @throws OrchestraError MODEL_SERVER_FAILED, PROVIDER_UNKNOWN
 */
export async function localModels(providers: Providers, name?: string): Promise<readonly LocalModelReport[]> {
  const asked = name === undefined ? localProviders(providers) : [providers.find(name)];
  const lists = await Promise.all(
    asked.map(async (provider) => {
      const models = await serverOf(provider).list();
      return models.map((model) => ({ provider: provider.name, ...model }));
    }),
  );
  return lists.flat();
}

export interface ModelChange {
  readonly model: string;
  /** The only one that can do it unless given. */
  readonly provider: string | undefined;
}

/**
 * Fetches a model; gives the name of the provider that has it now.
 * @throws OrchestraError MODEL_SERVER_UNSUPPORTED, MODEL_SERVER_FAILED, MODEL_UNKNOWN, PROVIDER_UNKNOWN
 */
export async function pullModel(
  providers: Providers,
  { model, provider }: ModelChange,
  onProgress: (progress: PullProgress) => void,
  signal: AbortSignal,
): Promise<string> {
  const { name, server } = serverThatCan('pull', providers, provider);
  await server.pull(model, onProgress, signal);
  return name;
}

/** Removes a model from the disk of its server; refuses as `pullModel` does. */
export async function removeModel(providers: Providers, { model, provider }: ModelChange): Promise<string> {
  const { name, server } = serverThatCan('remove', providers, provider);
  await server.remove(model);
  return name;
}

type Ability = 'pull' | 'remove';

function serverThatCan<A extends Ability>(
  ability: A,
  providers: Providers,
  wanted: string | undefined,
): { readonly name: string; readonly server: LocalServer & Required<Pick<LocalServer, A>> } {
  const candidates = wanted === undefined ? localProviders(providers) : [providers.find(wanted)];
  const able = candidates.flatMap((provider) => {
    const server = serverOf(provider);
    return can(server, ability) ? [{ name: provider.name, server }] : [];
  });
  const [only, ...more] = able;
  if (only && more.length === 0) return only;
  if (only) {
    const names = able.map(({ name }) => name).join(', ');
    throw new OrchestraError('USAGE', `several servers can do that: ${names}`, {
      hint: 'Say which with `--provider`.',
    });
  }
  const who = candidates.map(({ name, type }) => `${name} (${type})`).join(', ');
  throw new OrchestraError('MODEL_SERVER_UNSUPPORTED', `${who} cannot ${ability} models`);
}

function can<A extends Ability>(
  server: LocalServer,
  ability: A,
): server is LocalServer & Required<Pick<LocalServer, A>> {
  return server[ability] !== undefined;
}

/** Those that are configured; without any, Ollama where it usually is. */
function localProviders(providers: Providers): readonly Provider[] {
  const configured = providers.configured.filter(({ isLocal }) => isLocal);
  return configured.length > 0 ? configured : [providers.find('ollama')];
}

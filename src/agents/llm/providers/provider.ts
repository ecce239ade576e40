import { providerTypes, type ProviderType } from '../../../contract/config/provider-types.ts';
import type { ProviderSettings, ProvidersSection } from '../../../contract/config/providers.ts';
import { didYouMean } from '../../../language/scan/nearest.ts';
import { parseDuration } from '../../../shared/duration.ts';
import { OrchestraError } from '../../../shared/errors.ts';
import { vendors } from './vendors.ts';

/** A provider as it is to be used: what the configuration says of it, the vendor's own ways, and its key. */
export interface Provider {
  readonly name: string;
  readonly type: ProviderType;
  /** Model ids by tier. */
  readonly models: Readonly<Record<string, string>>;
  readonly key: ProviderKey;
  /** Absent: the vendor's own address. */
  readonly baseUrl?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly maxTokens?: number;
  /** Milliseconds it may be silent. */
  readonly silenceMs: number;
  readonly tellsEffort: boolean;
  readonly takesOutputSchema: boolean;
  /** Works offline, and gives advice only unless `localWrites` says otherwise. */
  readonly isLocal: boolean;
  readonly localWrites?: LocalWrites;
}

export type ProviderKey =
  | { readonly kind: 'found'; readonly value: string }
  /** One of these variables must hold it. */
  | { readonly kind: 'missing'; readonly variables: readonly string[] }
  | { readonly kind: 'not needed' };

/** Under which conditions a model of one's own may change files. */
export interface LocalWrites {
  /** Most lines added and removed in one task. */
  readonly diffLimit: number;
  /** The shell command that must succeed afterwards. */
  readonly verify: string;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** As long as the libraries of the vendors wait. */
const defaultSilenceMs = 10 * 60_000;

const howToHaveOne =
  'Set the key of a vendor, for example ANTHROPIC_API_KEY, or describe a provider below `providers` in orchestra.yaml.';
const howToNameOne = 'Name one with `llm_provider`, or with `providers.default` in orchestra.yaml.';

/** The providers of a project: those of its configuration, then every vendor under its own name. */
export class Providers {
  readonly #section: ProvidersSection;
  readonly #env: Environment;

  constructor(section: ProvidersSection, env: Environment) {
    this.#section = section;
    this.#env = env;
  }

  /** Configured ones first, then the vendors that work without any setting. */
  get names(): readonly string[] {
    const ready = providerTypes.filter((type) => type !== 'openai-compatible');
    return [...new Set([...Object.keys(this.#section.named), ...ready])];
  }

  /** Those that the configuration speaks of. */
  get configured(): readonly Provider[] {
    return Object.keys(this.#section.named).map((name) => this.find(name));
  }

  /**
   * The provider of a name; without one the default: the only one configured, or the only vendor whose key is there.
   * @throws OrchestraError PROVIDER_UNKNOWN, PROVIDER_INVALID
   */
  find(name?: string): Provider {
    const wanted = name ?? this.#section.default ?? this.#onlyOne();
    if (!this.names.includes(wanted)) {
      const hint = didYouMean(wanted, this.names);
      throw new OrchestraError('PROVIDER_UNKNOWN', `there is no provider "${wanted}"`, { hint });
    }
    return resolve(wanted, this.#section.named[wanted] ?? {}, this.#env);
  }

  #onlyOne(): string {
    const configured = Object.keys(this.#section.named);
    const [only, ...more] = configured.length > 0 ? configured : this.#vendorsWithKey();
    if (only === undefined)
      throw new OrchestraError('PROVIDER_UNKNOWN', 'there is no provider of models to ask', { hint: howToHaveOne });
    if (more.length === 0) return only;
    const message = `which provider of models to ask is not said, and there are ${[only, ...more].join(', ')}`;
    throw new OrchestraError('PROVIDER_UNKNOWN', message, { hint: howToNameOne });
  }

  #vendorsWithKey(): readonly string[] {
    return providerTypes.filter((type) => keyOf(vendors[type].keyVariables, this.#env).kind === 'found');
  }
}

/**
 * The model a provider is asked for: what `asked` stands for among its tiers, else that very model; without either
 * its `smart` one, or the only one it has.
 * @throws OrchestraError MODEL_UNKNOWN
 */
export function modelOf({ name, models }: Provider, asked: string | undefined): string {
  if (asked !== undefined) return Object.hasOwn(models, asked) ? (models[asked] ?? asked) : asked;
  const [only, ...more] = Object.values(models);
  const model = models['smart'] ?? (more.length === 0 ? only : undefined);
  if (model !== undefined) return model;
  throw new OrchestraError('MODEL_UNKNOWN', `no model is named, and the provider ${name} has no tier "smart"`);
}

/** @throws OrchestraError PROVIDER_KEY_MISSING, PROVIDER_OFFLINE */
export function assertUsable({ name, key, isLocal }: Provider, isOffline: boolean): void {
  if (key.kind === 'missing') {
    const variables = key.variables.join(' or ');
    throw new OrchestraError('PROVIDER_KEY_MISSING', `the provider ${name} needs a key, and ${variables} is not set`);
  }
  if (isOffline && !isLocal) {
    throw new OrchestraError('PROVIDER_OFFLINE', `the provider ${name} needs the network, and this is offline`);
  }
}

function resolve(name: string, settings: ProviderSettings, env: Environment): Provider {
  const type = settings.type ?? providerTypes.find((known) => known === name);
  if (!type) throw invalid(name, `say which \`type\` it is: ${providerTypes.join(', ')}`);
  const vendor = vendors[type];
  const baseUrl = settings.api_base ?? settings.settings?.api_base ?? vendor.baseUrl?.(env);
  if (type === 'openai-compatible' && baseUrl === undefined) throw invalid(name, 'say where it is with `api_base`');
  // The vendors' own formats on loopback are spoken by gateways to their models.
  const isLocal = settings.local ?? (vendor.isLocal || (type === 'openai-compatible' && isLoopback(baseUrl)));
  const maxTokens = settings.max_tokens ?? settings.settings?.max_tokens;
  const localWrites = localWritesOf(name, settings);
  return {
    name,
    type,
    models: settings.models ?? {},
    key: keyOf(settings.api_key === undefined ? vendor.keyVariables : [variableOf(settings.api_key)], env),
    headers: headersOf(name, settings.headers ?? {}, env),
    silenceMs: silenceOf(settings.timeout),
    tellsEffort: settings.reasoning ?? vendor.knowsReasoningEffort,
    takesOutputSchema: vendor.takesOutputSchema,
    isLocal,
    ...(baseUrl !== undefined && { baseUrl: baseUrl.replace(/\/+$/, '') }),
    ...(maxTokens !== undefined && { maxTokens }),
    ...(localWrites && { localWrites }),
  };
}

function keyOf(variables: readonly string[], env: Environment): ProviderKey {
  if (variables.length === 0) return { kind: 'not needed' };
  const value = variables.map((variable) => env[variable]).find((text) => text !== undefined && text !== '');
  return value === undefined ? { kind: 'missing', variables } : { kind: 'found', value };
}

function headersOf(name: string, headers: Readonly<Record<string, string>>, env: Environment): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([header, value]) => {
      if (!value.startsWith(secretPrefix)) return [header, value];
      const held = env[variableOf(value)];
      if (held === undefined) throw invalid(name, `its header ${header} needs the variable ${variableOf(value)}`);
      return [header, held];
    }),
  );
}

const secretPrefix = 'secret:';

function variableOf(reference: string): string {
  return reference.startsWith(secretPrefix) ? reference.slice(secretPrefix.length) : reference;
}

function silenceOf(timeout: ProviderSettings['timeout']): number {
  if (timeout === undefined) return defaultSilenceMs;
  return typeof timeout === 'number' ? timeout * 1_000 : (parseDuration(timeout) ?? defaultSilenceMs);
}

/** Without both of its conditions, the permission is none. */
function localWritesOf(name: string, settings: ProviderSettings): LocalWrites | undefined {
  const { allow_local_writes: isAllowed, local_diff_limit: diffLimit, local_verify: verify } = settings;
  if (isAllowed !== true) return undefined;
  if (diffLimit === undefined || verify === undefined) {
    throw invalid(name, '`allow_local_writes` needs `local_diff_limit` and `local_verify` beside it');
  }
  return { diffLimit, verify };
}

function isLoopback(url: string | undefined): boolean {
  if (url === undefined) return false;
  const { hostname } = new URL(url);
  return hostname === 'localhost' || hostname === '[::1]' || /^127(?:\.\d+){3}$/.test(hostname);
}

function invalid(name: string, what: string): OrchestraError {
  return new OrchestraError('PROVIDER_INVALID', `the provider ${name} cannot be used so: ${what}`);
}

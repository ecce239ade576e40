import { assertNever } from '../../shared/errors.ts';
import type { Provider } from '../llm/providers/provider.ts';
import { compatibleServer } from './compatible-server.ts';
import { ollamaServer } from './ollama.ts';

/** A server that runs models on this machine or network, beside the conversations one has with them. */
export interface LocalServer {
  /** Where it is. */
  readonly address: string;
  /** Whether it answers within two seconds, and of which version it is where it tells. Never rejects. */
  health(): Promise<ServerHealth>;
  /** The models it has. */
  list(): Promise<readonly LocalModel[]>;
  /** Fetches a model; absent where its models are chosen when it is started. */
  pull?(model: string, onProgress: (progress: PullProgress) => void, signal: AbortSignal): Promise<void>;
  /** Removes a model from the disk. */
  remove?(model: string): Promise<void>;
}

export type ServerHealth =
  | { readonly isUp: true; readonly version?: string }
  | { readonly isUp: false; readonly problem: string };

export interface LocalModel {
  readonly name: string;
  readonly bytes?: number;
  /** ISO 8601. */
  readonly modifiedAt?: string;
}

export interface PullProgress {
  /** What the server is doing, in its own words. */
  readonly status: string;
  readonly doneBytes?: number;
  readonly totalBytes?: number;
}

/** The server behind a local provider. What it refuses rejects with `MODEL_SERVER_FAILED` or `MODEL_UNKNOWN`. */
export function localServer(provider: Provider): LocalServer {
  const { name, type, baseUrl, headers, key } = provider;
  if (baseUrl === undefined) throw new Error(`the provider ${name} has no address`);
  const api = {
    // All of these APIs stand beside the one that is compatible with OpenAI's.
    address: baseUrl.replace(/\/v1$/, ''),
    headers: { ...(key.kind === 'found' && { authorization: `Bearer ${key.value}` }), ...headers },
  };
  switch (type) {
    case 'ollama':
      return ollamaServer(api);
    case 'llamacpp':
    case 'localai':
    case 'text-generation-webui':
    case 'openai-compatible':
    case 'openrouter':
    case 'anthropic':
    case 'openai':
    case 'google':
      return compatibleServer(api);
    default:
      return assertNever(type);
  }
}

import { assertNever } from '../../shared/errors.ts';
import type { Provider } from '../llm/providers/provider.ts';
import { compatibleServer } from './compatible-server.ts';
import type { LocalServer } from './local-server.ts';
import { ollamaServer } from './ollama.ts';

/** The server behind a local provider. What it refuses rejects with `MODEL_SERVER_FAILED` or `MODEL_UNKNOWN`. */
export function serverOf(provider: Provider): LocalServer {
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

import type { LanguageModel } from 'ai';
import { assertNever } from '../../../shared/errors.ts';
import { boundedFetch } from './bounded-fetch.ts';
import type { Provider } from './provider.ts';

/** A model as the AI SDK calls it: one of its own making, never a name it would look up elsewhere. */
export type SdkModel = Exclude<LanguageModel, string>;

/** What a server that needs no key is sent, since the libraries insist on one. */
const noKey = 'none';

/** The model of a provider. Its library is loaded here, when it is needed first; none of them reads the environment. */
export async function languageModel(provider: Provider, model: string): Promise<SdkModel> {
  const { name, type, baseUrl, headers } = provider;
  const apiKey = provider.key.kind === 'found' ? provider.key.value : noKey;
  const common = { apiKey, headers, fetch: boundedFetch };
  switch (type) {
    case 'anthropic': {
      const { createAnthropic } = await import('@ai-sdk/anthropic');
      return createAnthropic({ ...common, baseURL: baseUrl ?? 'https://api.anthropic.com/v1' })(model);
    }
    case 'openai': {
      const { createOpenAI } = await import('@ai-sdk/openai');
      return createOpenAI({ ...common, baseURL: baseUrl ?? 'https://api.openai.com/v1' })(model);
    }
    case 'google': {
      const { createGoogle } = await import('@ai-sdk/google');
      const standard = 'https://generativelanguage.googleapis.com/v1beta';
      return createGoogle({ ...common, baseURL: baseUrl ?? standard })(model);
    }
    case 'openrouter':
    case 'openai-compatible':
    case 'ollama':
    case 'llamacpp':
    case 'localai':
    case 'text-generation-webui': {
      if (baseUrl === undefined) throw new Error(`the provider ${name} has no address`);
      const { createOpenAICompatible } = await import('@ai-sdk/openai-compatible');
      const key = provider.key.kind === 'found' ? { apiKey } : {};
      return createOpenAICompatible({
        name,
        baseURL: baseUrl,
        headers,
        fetch: boundedFetch,
        includeUsage: true,
        ...key,
      })(model);
    }
    default:
      return assertNever(type);
  }
}

import type { ProviderType } from '../../../contract/config/provider-types.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** What is particular to one kind of provider, apart from its wire format. */
export interface Vendor {
  /** Variables that hold its key, the first of which counts; none where it needs no key. */
  readonly keyVariables: readonly string[];
  /** Where its API is, as its own tools read it from the environment, unless the configuration says so. */
  baseUrl?(env: Environment): string | undefined;
  /** Its models can be told how much to think, and those that cannot do not mind. */
  readonly knowsReasoningEffort: boolean;
  /** Its models can be held to a JSON Schema. */
  readonly takesOutputSchema: boolean;
  /** A server for models of one's own. */
  readonly isLocal: boolean;
}

const local = (address: string): Vendor => ({
  keyVariables: [],
  baseUrl: () => address,
  knowsReasoningEffort: false,
  takesOutputSchema: false,
  isLocal: true,
});

export const vendors: Readonly<Record<ProviderType, Vendor>> = {
  anthropic: {
    keyVariables: ['ANTHROPIC_API_KEY'],
    baseUrl: (env) => versioned(env['ANTHROPIC_BASE_URL'], 'v1'),
    knowsReasoningEffort: true,
    takesOutputSchema: true,
    isLocal: false,
  },
  openai: {
    keyVariables: ['OPENAI_API_KEY'],
    baseUrl: (env) => env['OPENAI_BASE_URL'],
    knowsReasoningEffort: true,
    takesOutputSchema: true,
    isLocal: false,
  },
  google: {
    keyVariables: ['GEMINI_API_KEY', 'GOOGLE_GENERATIVE_AI_API_KEY', 'GOOGLE_API_KEY'],
    baseUrl: (env) => versioned(env['GOOGLE_GEMINI_BASE_URL'], 'v1beta'),
    knowsReasoningEffort: true,
    takesOutputSchema: true,
    isLocal: false,
  },
  openrouter: {
    keyVariables: ['OPENROUTER_API_KEY', 'OPEN_ROUTER_API_KEY'],
    baseUrl: () => 'https://openrouter.ai/api/v1',
    knowsReasoningEffort: true,
    takesOutputSchema: false,
    isLocal: false,
  },
  // Whose address must be configured, and which may or may not want a key.
  'openai-compatible': { keyVariables: [], knowsReasoningEffort: false, takesOutputSchema: false, isLocal: false },
  ollama: {
    ...local('http://127.0.0.1:11434/v1'),
    baseUrl: (env) => `${ollamaHost(env['OLLAMA_HOST'])}/v1`,
  },
  llamacpp: local('http://127.0.0.1:8080/v1'),
  localai: local('http://127.0.0.1:8080/v1'),
  'text-generation-webui': local('http://127.0.0.1:5000/v1'),
};

/** Some vendors leave the version out of the variable that their own libraries read. */
function versioned(url: string | undefined, version: string): string | undefined {
  if (url === undefined || url === '') return undefined;
  const bare = url.replace(/\/+$/, '');
  return bare.endsWith(`/${version}`) ? bare : `${bare}/${version}`;
}

/** As Ollama reads it: with or without scheme and port; an address to listen on at all interfaces means this machine. */
function ollamaHost(host: string | undefined): string {
  if (host === undefined || host === '') return 'http://127.0.0.1:11434';
  const hasScheme = /^https?:\/\//.test(host);
  const url = new URL(hasScheme ? host : `http://${host}`);
  const port = url.port || (hasScheme ? '' : '11434');
  const name = url.hostname === '0.0.0.0' ? '127.0.0.1' : url.hostname;
  return `${url.protocol}//${name}${port === '' ? '' : `:${port}`}`;
}

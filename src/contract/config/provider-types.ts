/** What speaks which wire format; the last four are servers for models of one's own. */
export const providerTypes = [
  'anthropic',
  'openai',
  'google',
  'openrouter',
  'openai-compatible',
  'ollama',
  'llamacpp',
  'localai',
  'text-generation-webui',
] as const;

export type ProviderType = (typeof providerTypes)[number];

import { describe, expect, test } from 'vitest';
import { providersSection } from '../../../contract/config/providers.ts';
import { assertUsable, modelOf, Providers } from './provider.ts';

const keys = { ANTHROPIC_API_KEY: 'a-key', MY_KEY: 'my-key' };

function providers(section: object, env: Readonly<Record<string, string>> = keys): Providers {
  return new Providers(providersSection.parse(section), env);
}

describe('a provider', () => {
  test('is what its name says, with the key and address of its vendor', () => {
    expect(providers({}).find('anthropic')).toMatchObject({
      type: 'anthropic',
      key: { kind: 'found', value: 'a-key' },
      isLocal: false,
    });
    const env = { ANTHROPIC_BASE_URL: 'http://gateway:1/', OPENAI_BASE_URL: 'http://gateway:2/v1' };
    expect(providers({}, env).find('anthropic').baseUrl).toBe('http://gateway:1/v1');
    expect(providers({}, env).find('openai').baseUrl).toBe('http://gateway:2/v1');
  });

  test('may have a name of its own, its key in another variable, and older keys in `settings`', () => {
    const found = providers({
      work: {
        type: 'openai',
        api_key: 'secret:MY_KEY',
        headers: { 'x-team': 'red', 'x-token': 'secret:MY_KEY' },
        settings: { max_tokens: 10, api_base: 'https://example.org/v1/' },
        max_tokens: 20,
        timeout: 5,
      },
    }).find();
    expect(found).toMatchObject({
      key: { value: 'my-key' },
      headers: { 'x-team': 'red', 'x-token': 'my-key' },
      baseUrl: 'https://example.org/v1',
      maxTokens: 20,
      silenceMs: 5_000,
    });
  });

  test('has a key in either spelling of OpenRouter', () => {
    for (const name of ['OPENROUTER_API_KEY', 'OPEN_ROUTER_API_KEY'])
      expect(providers({}, { [name]: 'k' }).find('openrouter').key).toEqual({ kind: 'found', value: 'k' });
  });

  test('that is the only one with a key is the default where nothing is configured', () => {
    expect(providers({}).find().name).toBe('anthropic');
    expect(() => providers({}, { ...keys, OPENAI_API_KEY: 'k' }).find()).toThrow('anthropic, openai');
  });

  test('never holds its key itself', () => {
    for (const key of ['sk-ant-api03-abc', 'AIzaSyAbc', 'secret:sk-1'])
      expect(() => providers({ openai: { api_key: key } })).toThrow('not hold a key');
  });

  test('without its key or the network cannot be used, and what is missing is named', () => {
    const { find } = { find: (name: string, env = {}) => providers({}, env).find(name) };
    expect(() => assertUsable(find('google'), false)).toThrow(
      'the provider google needs a key, and GEMINI_API_KEY or GOOGLE_GENERATIVE_AI_API_KEY or GOOGLE_API_KEY is not set',
    );
    expect(() => assertUsable(find('anthropic', keys), true)).toThrow('needs the network');
    expect(() => assertUsable(find('ollama'), true)).not.toThrow();
  });

  test('that nobody knows, that is not meant for sure, or that lacks what it needs is refused', () => {
    expect(() => providers({}).find('antropic')).toThrow('there is no provider "antropic"');
    expect(() => providers({}, {}).find()).toThrow('there is no provider of models to ask');
    expect(() => providers({ openai: {}, google: {} }).find()).toThrow(
      'which provider of models to ask is not said, and there are openai, google',
    );
    expect(() => providers({ mine: {} }).find()).toThrow('say which `type` it is');
    expect(() => providers({ mine: { type: 'openai-compatible' } }).find()).toThrow('api_base');
    expect(() => providers({ ollama: { allow_local_writes: true } }).find()).toThrow('local_diff_limit');
  });
});

describe('a local provider', () => {
  test('is one of its types, one at a loopback address, or one that is said to be', () => {
    const compatible = (settings: object) =>
      providers({ mine: { type: 'openai-compatible', ...settings } }).find().isLocal;
    expect(compatible({ api_base: 'http://127.0.0.1:1234/v1' })).toBe(true);
    expect(compatible({ api_base: 'http://localhost:1234/v1', local: false })).toBe(false);
    expect(compatible({ api_base: 'https://gpu.example.org/v1' })).toBe(false);
    expect(compatible({ api_base: 'https://gpu.example.org/v1', local: true })).toBe(true);
    expect(providers({}).find('llamacpp').isLocal).toBe(true);
  });

  test('is not a gateway on loopback that speaks for a vendor', () => {
    expect(providers({}, { ANTHROPIC_BASE_URL: 'http://127.0.0.1:4000' }).find('anthropic').isLocal).toBe(false);
  });

  test('of Ollama is where OLLAMA_HOST says', () => {
    const at = (host: string) => providers({}, { OLLAMA_HOST: host }).find('ollama').baseUrl;
    expect(at('0.0.0.0')).toBe('http://127.0.0.1:11434/v1');
    expect(at('gpu:1234')).toBe('http://gpu:1234/v1');
    expect(at('https://gpu.example.org')).toBe('https://gpu.example.org/v1');
  });
});

test('a model is the one of a tier, the very one that is named, or the smart one', () => {
  const mine = providers({ anthropic: { models: { smart: 'big', cheap: 'small' } } }).find();
  expect(modelOf(mine, 'cheap')).toBe('small');
  expect(modelOf(mine, 'constructor')).toBe('constructor');
  expect(modelOf(mine, undefined)).toBe('big');
  expect(() => modelOf(providers({}).find('anthropic'), undefined)).toThrow('no model is named');
});

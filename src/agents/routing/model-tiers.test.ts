import { describe, expect, test } from 'vitest';
import { chooseModel, type ModelMap } from './model-tiers.ts';

const map: ModelMap = {
  defaultProvider: 'anthropic',
  providers: { anthropic: { smart: 'opus', cheap: 'haiku' }, openai: { smart: 'gpt' } },
  agents: { codex: { model: 'smart' }, mine: { provider: 'openai', models: { smart: 'codex-max', nightly: 'n1' } } },
};

describe('a tier', () => {
  test('called as every object has a member from birth is a name like any other', () => {
    expect(chooseModel(map, { agent: 'constructor', model: 'constructor', provider: '__proto__' })).toEqual({
      model: 'constructor',
      provider: '__proto__',
    });
  });

  test('is a model of the agent, else of the provider', () => {
    expect(chooseModel(map, { agent: 'mine', model: 'smart' })).toEqual({ model: 'codex-max', provider: 'openai' });
    expect(chooseModel(map, { agent: 'claude-code', model: 'smart' }, 'anthropic').model).toBe('opus');
    expect(chooseModel(map, { agent: 'loop', model: 'cheap' })).toEqual({ model: 'haiku', provider: 'anthropic' });
    expect(chooseModel(map, { agent: 'loop', model: 'smart', provider: 'openai' }).model).toBe('gpt');
  });

  test('may have any name where it is mapped; another word is the name of a model', () => {
    expect(chooseModel(map, { agent: 'mine', model: 'nightly' }).model).toBe('n1');
    expect(chooseModel(map, { agent: 'loop', model: 'nightly' }).model).toBe('nightly');
  });

  test('without a model is refused with the places to name one', () => {
    expect(() => chooseModel(map, { agent: 'loop', model: 'worker' })).toThrow(
      expect.objectContaining({
        code: 'MODEL_UNMAPPED',
        hint: 'Name it in orchestra.yaml: `agents.loop.models.worker` or `providers.anthropic.models.worker`.',
      }),
    );
  });
});

test('where nothing names a model, the project decides for the agent, else the agent itself', () => {
  expect(chooseModel(map, { agent: 'codex' }, 'openai')).toEqual({ model: 'gpt', provider: 'openai' });
  expect(chooseModel(map, { agent: 'claude-code' }, 'anthropic')).toEqual({ provider: 'anthropic' });
});

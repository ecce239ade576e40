import { buildCommand, buildRouteMap } from '@stricli/core';
import type { ModelFlags, ModelsFlags } from '../actions/models.ts';
import type { CliContext } from '../context.ts';
import { oneDocument, text } from '../parameters.ts';

const provider = text('The server, as it is called below `providers` in orchestra.yaml', 'NAME');

const aModel = {
  kind: 'tuple',
  parameters: [{ brief: 'Model, as its server calls it', parse: String, placeholder: 'MODEL' }],
} as const;

const nothing = { kind: 'tuple', parameters: [] } as const;

const status = buildCommand<ModelsFlags, [], CliContext>({
  docs: {
    brief: 'Say which servers of local models are there',
    fullDescription: 'Asks every local provider, or Ollama at its usual place. Ends with 1 where one does not answer.',
  },
  parameters: { flags: { json: oneDocument }, positional: nothing },
  loader: async () => (await import('../actions/models.ts')).showServers,
});

const list = buildCommand<ModelFlags, [], CliContext>({
  docs: { brief: 'List the models that local servers have' },
  parameters: { flags: { json: oneDocument, provider }, positional: nothing },
  loader: async () => (await import('../actions/models.ts')).listModels,
});

const pull = buildCommand<ModelFlags, [string], CliContext>({
  docs: { brief: 'Fetch a model to a local server', fullDescription: 'Of Ollama. Progress is told on stderr.' },
  parameters: { flags: { json: oneDocument, provider }, positional: aModel },
  loader: async () => (await import('../actions/models.ts')).pull,
});

const remove = buildCommand<ModelFlags, [string], CliContext>({
  docs: { brief: 'Remove a model from the disk of a local server', fullDescription: 'Of Ollama.' },
  parameters: { flags: { json: oneDocument, provider }, positional: aModel },
  loader: async () => (await import('../actions/models.ts')).remove,
});

export const modelsCommand = buildRouteMap<'status' | 'list' | 'pull' | 'remove', CliContext>({
  routes: { status, list, pull, remove },
  docs: { brief: 'Look after local models: servers, lists, downloads' },
});

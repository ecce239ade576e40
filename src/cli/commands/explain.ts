import { buildCommand } from '@stricli/core';
import type { ExplainFlags } from '../actions/explain.ts';
import type { CliContext } from '../context.ts';
import { aPipelineFile, oneDocument, propose, text } from '../parameters.ts';

export const explainCommand = buildCommand<ExplainFlags, [string, string?], CliContext>({
  docs: {
    brief: 'Say who would work on a node: agent, model, prompt, tools, budget, and why',
    fullDescription:
      'Resolves a node as a run would here and now. Settings of the node stand above the stylesheet, that above its profile in orchestra.yaml, that above the graph. Without FILE, the only pipeline file of the current folder is meant.',
  },
  parameters: {
    flags: { json: oneDocument, backend: text('The backend a run would be asked for', 'NAME', 'backends') },
    positional: {
      kind: 'tuple',
      parameters: [
        { brief: 'Node id', parse: String, placeholder: 'NODE', proposeCompletions: propose('nodes') },
        { ...aPipelineFile, optional: true },
      ],
    },
  },
  loader: async () => (await import('../actions/explain.ts')).explain,
});

import { buildCommand } from '@stricli/core';
import type { CompileFlags } from '../actions/compile.ts';
import type { CliContext } from '../context.ts';
import { aPipelineFile, lenient, oneDocument, toggle } from '../parameters.ts';

export const compileCommand = buildCommand<CompileFlags, [string], CliContext>({
  docs: { brief: 'Check a pipeline: every diagnostic with its place, and the graph as it would run' },
  parameters: {
    flags: {
      json: oneDocument,
      attractorOnly: toggle('Refuse what is not in the Attractor specification'),
      lenient,
    },
    positional: { kind: 'tuple', parameters: [aPipelineFile] },
  },
  loader: async () => (await import('../actions/compile.ts')).compilePipeline,
});

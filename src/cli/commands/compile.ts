import { buildCommand } from '@stricli/core';
import type { CompileFlags } from '../actions/compile.ts';
import type { CliContext } from '../context.ts';

export const compileCommand = buildCommand<CompileFlags, [string], CliContext>({
  docs: { brief: 'Check a pipeline: every diagnostic with its place, and the graph as it would run' },
  parameters: {
    flags: {
      json: { kind: 'boolean', brief: 'Print one JSON document', default: false },
      attractorOnly: { kind: 'boolean', brief: 'Refuse what is not in the Attractor specification', default: false },
    },
    positional: { kind: 'tuple', parameters: [{ brief: 'Pipeline file', parse: String, placeholder: 'FILE' }] },
  },
  loader: async () => (await import('../actions/compile.ts')).compilePipeline,
});

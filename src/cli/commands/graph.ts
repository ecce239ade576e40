import { buildCommand } from '@stricli/core';
import type { GraphFlags } from '../actions/graph.ts';
import type { CliContext } from '../context.ts';
import { lenient, oneDocument, propose, text } from '../parameters.ts';

export const graphCommand = buildCommand<GraphFlags, [string], CliContext>({
  docs: { brief: 'Draw a pipeline: in the terminal, as SVG, or as DOT for Graphviz' },
  parameters: {
    flags: {
      json: oneDocument,
      format: { kind: 'enum', values: ['terminal', 'svg', 'dot'], brief: 'Kind of picture', default: 'terminal' },
      output: text('Write to a file instead', 'FILE'),
      lenient,
    },
    positional: {
      kind: 'tuple',
      parameters: [
        {
          brief: 'Pipeline file, or a run',
          parse: String,
          placeholder: 'FILE|RUN',
          proposeCompletions: propose('pipelineFiles'),
        },
      ],
    },
  },
  loader: async () => (await import('../actions/graph.ts')).drawGraph,
});

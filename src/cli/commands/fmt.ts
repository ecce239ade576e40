import { buildCommand } from '@stricli/core';
import type { FormatFlags } from '../actions/fmt.ts';
import type { CliContext } from '../context.ts';
import { aPipelineFile, lenient, oneDocument, toggle } from '../parameters.ts';

export const fmtCommand = buildCommand<FormatFlags, string[], CliContext>({
  docs: {
    brief: 'Write pipelines in their one canonical form, with every comment',
    fullDescription: [
      'Prints the canonical text of one file; several are checked. What a pipeline says never changes, and a file with',
      'errors is left alone. With --fix --lenient, a file of Graphviz habits (missing commas, quoted ids, `a -> {b c}`)',
      'becomes one that every reader of the Attractor specification accepts.',
    ].join('\n'),
  },
  parameters: {
    flags: {
      json: oneDocument,
      fix: toggle('Write the files that are not canonical, and say which'),
      check: toggle('Write nothing; end with 1 when a file is not canonical'),
      lenient,
    },
    positional: { kind: 'array', parameter: aPipelineFile, minimum: 1 },
  },
  loader: async () => (await import('../actions/fmt.ts')).formatPipelines,
});

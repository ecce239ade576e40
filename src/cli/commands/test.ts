import { buildCommand } from '@stricli/core';
import type { TestFlags } from '../actions/test.ts';
import type { CliContext } from '../context.ts';
import { oneDocument, text, toggle } from '../parameters.ts';

export const testCommand = buildCommand<TestFlags, string[], CliContext>({
  docs: {
    brief: 'Run tests of pipelines',
    fullDescription:
      'Runs the files `*.test.yaml` of the current folder, or of those named, several at a time and each in a home of its own. A test names a pipeline, who answers (a script, prepared answers, a recording) and what is expected; no agent is started.',
    customUsage: ['[FILE|FOLDER...]'],
  },
  parameters: {
    flags: {
      filter: text('Only tests whose file or name contains this', 'TEXT'),
      update: toggle('Write the status, exit code, visits and context that came into the test files'),
      json: oneDocument,
    },
    positional: {
      kind: 'array',
      parameter: { brief: 'Test file, or a folder with test files', parse: String, placeholder: 'FILE' },
    },
  },
  loader: async () => (await import('../actions/test.ts')).testPipelines,
});

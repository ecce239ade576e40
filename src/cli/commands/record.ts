import { buildCommand } from '@stricli/core';
import type { RecordFlags } from '../actions/record.ts';
import type { CliContext } from '../context.ts';
import { aRun, oneDocument, text } from '../parameters.ts';

export const recordCommand = buildCommand<RecordFlags, [string], CliContext>({
  docs: {
    brief: 'Write a run into a file that can be replayed anywhere',
    fullDescription:
      'The recording holds the pipeline and everything the run was answered, its child pipelines included, with secrets redacted. `orchestra replay --from FILE --offline` walks it again, and tests use it by `recorded: FILE`.',
  },
  parameters: {
    flags: {
      output: text('Write to this file instead of standard output', 'FILE'),
      json: {
        ...oneDocument,
        brief: 'Print one JSON document about the file; a recording on standard output is JSON lines in any case',
      },
    },
    aliases: { o: 'output' },
    positional: { kind: 'tuple', parameters: [aRun] },
  },
  loader: async () => (await import('../actions/record.ts')).recordRun,
});

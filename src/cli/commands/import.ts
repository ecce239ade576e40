import { buildCommand } from '@stricli/core';
import type { ImportFlags } from '../actions/import.ts';
import type { CliContext } from '../context.ts';
import { oneDocument, text } from '../parameters.ts';

export const importCommand = buildCommand<ImportFlags, [], CliContext>({
  docs: {
    brief: 'Bring a run back from the CXDB server of the project',
    fullDescription:
      'Writes the run of a context, and the runs it started, into the journal: equal in turns, tree and blobs. ' +
      'A run that is here already is compared, and never overwritten. ' +
      'Sessions of the original Orchestra come back as records to read, and cannot be resumed.',
  },
  parameters: {
    flags: { json: oneDocument, cxdb: text('Number of the context', 'CONTEXT') },
    positional: { kind: 'tuple', parameters: [] },
  },
  loader: async () => (await import('../actions/import.ts')).importRun,
});

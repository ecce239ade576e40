import { buildCommand } from '@stricli/core';
import type { PublishFlags } from '../actions/publish.ts';
import type { CliContext } from '../context.ts';
import { aRun, oneDocument, text } from '../parameters.ts';

export const publishCommand = buildCommand<PublishFlags, [string], CliContext>({
  docs: {
    brief: 'Push what a run did, and open a change request for it',
    fullDescription:
      'Pushes the branch of a run in each of its repositories and opens a change request (pull request, merge request) where one is wanted. Doing it again brings both up to date.',
  },
  parameters: {
    flags: {
      json: oneDocument,
      changeRequest: {
        kind: 'enum',
        values: ['never', 'draft', 'ready'],
        brief: 'Whether a change request is opened (default: as configured)',
        optional: true,
      },
      remote: text('Where to push to: an address, or the name of a remote', 'REMOTE'),
      base: text('The branch the change request shall go into', 'BRANCH'),
    },
    positional: { kind: 'tuple', parameters: [aRun] },
  },
  loader: async () => (await import('../actions/publish.ts')).publishOneRun,
});

import { buildCommand } from '@stricli/core';
import type { MirrorFlags } from '../actions/mirror.ts';
import type { CliContext } from '../context.ts';
import { aRun, oneDocument } from '../parameters.ts';

export const mirrorCommand = buildCommand<MirrorFlags, string[], CliContext>({
  docs: {
    brief: 'Bring runs up to date on the CXDB server of the project',
    fullDescription:
      'Mirrors the named runs, or all of them, with the runs they started. Runs are mirrored by themselves as they are walked; ' +
      'this is for those of before there was a server, and for what could not be sent in time.',
    customUsage: ['[RUN...]'],
  },
  parameters: { flags: { json: oneDocument }, positional: { kind: 'array', parameter: aRun } },
  loader: async () => (await import('../actions/mirror.ts')).mirror,
});

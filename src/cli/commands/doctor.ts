import { buildCommand } from '@stricli/core';
import type { DoctorFlags } from '../actions/doctor.ts';
import type { CliContext } from '../context.ts';

export const doctorCommand = buildCommand<DoctorFlags, [], CliContext>({
  docs: { brief: 'Check this machine: Node.js, git, journal, agents' },
  parameters: {
    flags: { json: { kind: 'boolean', brief: 'Print one JSON document', default: false } },
    positional: { kind: 'tuple', parameters: [] },
  },
  loader: async () => (await import('../actions/doctor.ts')).examine,
});

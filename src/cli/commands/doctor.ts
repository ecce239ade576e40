import { buildCommand } from '@stricli/core';
import type { DoctorFlags } from '../actions/doctor.ts';
import type { CliContext } from '../context.ts';
import { oneDocument } from '../parameters.ts';

export const doctorCommand = buildCommand<DoctorFlags, [], CliContext>({
  docs: { brief: 'Check this machine: Node.js, git, journal, agents' },
  parameters: {
    flags: { json: oneDocument },
    positional: { kind: 'tuple', parameters: [] },
  },
  loader: async () => (await import('../actions/doctor.ts')).examine,
});

import { buildCommand } from '@stricli/core';
import type { AgentsFlags } from '../actions/agents.ts';
import type { CliContext } from '../context.ts';
import { oneDocument } from '../parameters.ts';

export const agentsCommand = buildCommand<AgentsFlags, [], CliContext>({
  docs: {
    brief: 'List the coding agents: installed, which version, signed in',
    fullDescription:
      'Asks each program for its version and looks for what it signs in with; starts no session, so a wrong key shows only in a run.',
  },
  parameters: {
    flags: { json: oneDocument },
    positional: { kind: 'tuple', parameters: [] },
  },
  loader: async () => (await import('../actions/agents.ts')).listAgents,
});

import { buildCommand } from '@stricli/core';
import type { CompletionFlags } from '../actions/completion.ts';
import type { CliContext } from '../context.ts';

const shells = ['bash', 'zsh', 'fish'];

export const completionCommand = buildCommand<CompletionFlags, [string], CliContext>({
  docs: {
    brief: 'Print the script that lets a shell complete commands, runs, nodes and files',
    fullDescription:
      'bash: eval "$(orchestra completion bash)"   zsh: source <(orchestra completion zsh)   fish: orchestra completion fish | source',
  },
  parameters: {
    flags: {},
    positional: {
      kind: 'tuple',
      parameters: [
        {
          brief: 'bash, zsh or fish',
          parse: String,
          placeholder: 'SHELL',
          proposeCompletions: (partial) => shells.filter((shell) => shell.startsWith(partial)),
        },
      ],
    },
  },
  loader: async () => (await import('../actions/completion.ts')).printCompletion,
});

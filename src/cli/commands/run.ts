import { buildCommand } from '@stricli/core';
import type { RunFlags } from '../actions/run.ts';
import type { CliContext } from '../context.ts';

export const runCommand = buildCommand<RunFlags, [string, ...string[]], CliContext>({
  docs: {
    brief: 'Run a pipeline',
    fullDescription:
      'Runs a pipeline to its end, or until it waits for a person. Everything is journaled: a run that was killed goes on with `orchestra resume`.',
  },
  parameters: {
    flags: {
      json: { kind: 'boolean', brief: 'Print events as JSON lines, the last one the result', default: false },
      backend: { kind: 'parsed', parse: String, brief: 'Agent of nodes that name none', optional: true, placeholder: 'NAME' },
      script: { kind: 'parsed', parse: String, brief: 'Answers of nodes, for backend `scripted`', optional: true, placeholder: 'FILE' },
      answers: { kind: 'parsed', parse: String, brief: 'Answers to questions, a JSON list', optional: true, placeholder: 'FILE' },
      autoApprove: { kind: 'boolean', brief: 'Answer every question with its first option', default: false },
      runDir: { kind: 'parsed', parse: String, brief: 'Where the run directory is written', optional: true, placeholder: 'DIR' },
      cwd: { kind: 'parsed', parse: String, brief: 'Folder tools and agents work in (default: the current one)', optional: true, placeholder: 'DIR' },
      attractorOnly: { kind: 'boolean', brief: 'Refuse what is not in the Attractor specification', default: false },
    },
    positional: {
      kind: 'array',
      parameter: { brief: 'Pipeline file, then inputs as key=value', parse: String, placeholder: 'FILE key=value' },
      minimum: 1,
    },
  },
  loader: async () => (await import('../actions/run.ts')).runPipeline,
});

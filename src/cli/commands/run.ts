import { buildCommand } from '@stricli/core';
import type { RunFlags } from '../actions/run.ts';
import type { CliContext } from '../context.ts';
import { aPipelineFile, displayFlags, eventLines, lenient, offline, text, toggle } from '../parameters.ts';

export const runCommand = buildCommand<RunFlags, [string, ...string[]], CliContext>({
  docs: {
    brief: 'Run a pipeline',
    fullDescription:
      'Runs a pipeline to its end, or until it waits for a person. Everything is journaled: a run that was killed goes on with `orchestra resume`.',
    customUsage: ['FILE [key=value...]'],
  },
  parameters: {
    flags: {
      json: eventLines,
      ...displayFlags,
      backend: text('Agent of all nodes: claude-code, loop, simulation, ...', 'NAME', 'backends'),
      script: text('Answers of nodes, for backend `scripted`', 'FILE'),
      answers: text('Answers to questions, a JSON list', 'FILE'),
      autoApprove: toggle('Answer every question with its first option'),
      runDir: text('Where the run directory is written', 'DIR'),
      cwd: text('Folder tools and agents work in (default: the current one)', 'DIR'),
      workspace: {
        kind: 'boolean',
        brief:
          'Work in folders of its own, made from the Git repository around; `--no-workspace`: in that folder itself',
        optional: true,
      },
      offline,
      dryRun: toggle('Show the way a run would take; no agent and no tool is run'),
      attractorOnly: toggle('Refuse what is not in the Attractor specification'),
      lenient,
    },
    positional: {
      kind: 'array',
      parameter: { ...aPipelineFile, brief: 'Pipeline file, then inputs as key=value' },
      minimum: 1,
    },
  },
  loader: async () => (await import('../actions/run.ts')).runPipeline,
});

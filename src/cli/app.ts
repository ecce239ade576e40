import { readFileSync } from 'node:fs';
import { buildApplication, buildRouteMap, text_en, type Application, type ApplicationText } from '@stricli/core';
import type { CliContext } from './context.ts';
import { agentsCommand } from './commands/agents.ts';
import { answerCommand } from './commands/answer.ts';
import { cancelCommand } from './commands/cancel.ts';
import { cleanupCommand } from './commands/cleanup.ts';
import { compileCommand } from './commands/compile.ts';
import { completionCommand } from './commands/completion.ts';
import { diffCommand } from './commands/diff.ts';
import { doctorCommand } from './commands/doctor.ts';
import { explainCommand } from './commands/explain.ts';
import { fmtCommand } from './commands/fmt.ts';
import { graphCommand } from './commands/graph.ts';
import { importCommand } from './commands/import.ts';
import { initCommand } from './commands/init.ts';
import { logsCommand } from './commands/logs.ts';
import { mirrorCommand } from './commands/mirror.ts';
import { modelsCommand } from './commands/models.ts';
import { pruneCommand } from './commands/prune.ts';
import { publishCommand } from './commands/publish.ts';
import { recordCommand } from './commands/record.ts';
import { replayCommand } from './commands/replay.ts';
import { resumeCommand } from './commands/resume.ts';
import { runCommand } from './commands/run.ts';
import { runsCommand } from './commands/runs.ts';
import { showCommand } from './commands/show.ts';
import { statusCommand } from './commands/status.ts';
import { testCommand } from './commands/test.ts';
import { errorLines } from './failure.ts';
import { OrchestraError } from '../shared/errors.ts';

/**
 * The command tree. Definitions are light; what a command does is imported when it runs.
 * @param typed first word of the command line, whose help is pointed at where the rest cannot be read
 */
export function buildCli(typed?: string): Application<CliContext> {
  const routes = buildRouteMap<string, CliContext>({
    routes: {
      run: runCommand,
      compile: compileCommand,
      fmt: fmtCommand,
      resume: resumeCommand,
      status: statusCommand,
      runs: runsCommand,
      show: showCommand,
      logs: logsCommand,
      graph: graphCommand,
      explain: explainCommand,
      replay: replayCommand,
      diff: diffCommand,
      record: recordCommand,
      test: testCommand,
      answer: answerCommand,
      cancel: cancelCommand,
      publish: publishCommand,
      cleanup: cleanupCommand,
      prune: pruneCommand,
      mirror: mirrorCommand,
      import: importCommand,
      agents: agentsCommand,
      models: modelsCommand,
      doctor: doctorCommand,
      init: initCommand,
      completion: completionCommand,
    },
    docs: { brief: 'Runs teams of coding agents as durable, inspectable pipelines' },
  });
  return buildApplication<CliContext>(routes, {
    name: 'orchestra',
    versionInfo: { currentVersion: packageVersion() },
    scanner: { caseStyle: 'allow-kebab-for-camel' },
    documentation: { useAliasInUsageLine: true, onlyRequiredInUsageLine: true },
    localization: { loadText: () => textFor(typed) },
  });
}

/** What the parser says of a command line it cannot read, in the form of every other error. */
function textFor(typed: string | undefined): ApplicationText {
  const usage = (message: string, command: string): string =>
    errorLines(new OrchestraError('USAGE', message, { hint: `See \`${command} --help\`.` })).join('\n');
  return {
    ...text_en,
    noCommandRegisteredForInput: (input) => usage(text_en.noCommandRegisteredForInput(input), 'orchestra'),
    exceptionWhileParsingArguments: (error, ansiColor) =>
      usage(text_en.exceptionWhileParsingArguments(error, ansiColor), `orchestra ${typed ?? ''}`.trim()),
  };
}

function packageVersion(): string {
  // The package file lies two folders up from `src/cli` and from `dist/cli`.
  const text = readFileSync(new URL('../../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { readonly version: string }).version;
}

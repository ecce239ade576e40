import { resolve } from 'node:path';
import type { Orchestra, StartRequest } from '../../app/orchestra.ts';
import { scriptedBackend } from '../../app/backends.ts';
import { compileFile } from '../../app/compile-file.ts';
import { readProjectConfiguration } from '../../app/configuration/read-configuration.ts';
import { readTextFile } from '../../app/text-file.ts';
import { refusedLine } from '../../contract/result-line.ts';
import type { Compilation } from '../../language/compile.ts';
import { parseAnswers } from '../../people/queue.ts';
import { OrchestraError } from '../../shared/errors.ts';
import { noteLine, printJson, type CliContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { guarded } from '../failure.ts';
import type { DisplayWish } from '../live/live-conditions.ts';
import { onProject } from '../on-project.ts';
import { noteDiagnostics } from '../print/diagnostics.ts';
import { readInputs } from '../read-inputs.ts';
import { dryRun } from './dry-run.ts';
import { attachInterviewer } from './interviewer.ts';

export interface RunFlags extends DisplayWish {
  readonly json?: boolean;
  readonly backend?: string;
  readonly script?: string;
  readonly answers?: string;
  readonly autoApprove?: boolean;
  readonly runDir?: string;
  readonly cwd?: string;
  readonly workspace?: boolean;
  readonly attractorOnly?: boolean;
  readonly lenient?: boolean;
  readonly dryRun?: boolean;
  readonly offline?: boolean;
}

export async function runPipeline(this: CliContext, flags: RunFlags, ...args: readonly string[]): Promise<void> {
  await guarded(this, flags.json, async () => {
    const [file = '', ...pairs] = args;
    const request = await readRequest(this, flags, pairs);
    const { attractorOnly, lenient } = flags;
    const configuration = await readProjectConfiguration(this);
    const compilation = await compileFile(resolve(this.cwd, file), {
      extensions: {},
      configuration,
      takesAnyAgent: flags.backend !== undefined || flags.script !== undefined,
      attractorOnly,
      lenient,
      shownPath: file,
    });
    if (!compilation.ok) return refuse(this, flags, compilation, file);
    noteDiagnostics(this, compilation.diagnostics, file);
    if (flags.dryRun) return dryRun(this, flags, compilation, readInputs(pairs));
    const start = { ...request, file, compilation };
    const options = { configuration, isOffline: flags.offline ?? false };
    return onProject(this, true, (orchestra) => walk(this, flags, orchestra, start), options);
  });
}

/** What the command line asks for beside the pipeline itself. */
async function readRequest(
  context: CliContext,
  flags: RunFlags,
  pairs: readonly string[],
): Promise<Omit<StartRequest, 'file' | 'compilation'>> {
  const { backend, autoApprove, runDir } = flags;
  if (flags.script !== undefined && (backend ?? scriptedBackend) !== scriptedBackend) {
    throw new OrchestraError('USAGE', `--script is for backend ${scriptedBackend}, not for ${backend}`);
  }
  const answers = await readOption(context, flags.answers);
  return {
    inputs: readInputs(pairs),
    backend,
    script: await readOption(context, flags.script),
    answers: answers === undefined ? undefined : parseAnswers(answers),
    autoApprove,
    runDirectory: runDir === undefined ? undefined : resolve(context.cwd, runDir),
    cwd: resolve(context.cwd, flags.cwd ?? '.'),
    workspace: flags.workspace,
  };
}

async function walk(
  context: CliContext,
  flags: RunFlags,
  orchestra: Orchestra,
  request: StartRequest,
): Promise<number> {
  // A dry run walks nothing.
  const { driveSession } = await import('./drive-session.ts');
  const { answers, autoApprove } = request;
  const attached = attachInterviewer(context, { ...flags, autoApprove, answers });
  try {
    const { session, backend, notices } = await orchestra.start({ ...request, interviewer: attached.interviewer });
    for (const notice of [backend.notice, ...notices]) if (notice !== undefined) noteLine(context, notice);
    return await driveSession(context, orchestra, { session, wish: flags, attached });
  } finally {
    attached.close();
  }
}

/** A pipeline refused by lint still ends with a result line, so that programs have one thing to read. */
function refuse(context: CliContext, flags: RunFlags, { diagnostics }: Compilation, file: string): number {
  if (flags.json) printJson(context, refusedLine(diagnostics));
  noteDiagnostics(context, diagnostics, file);
  return exitCodes.failed;
}

async function readOption(context: CliContext, file: string | undefined): Promise<string | undefined> {
  return file === undefined ? undefined : readTextFile(resolve(context.cwd, file), file);
}

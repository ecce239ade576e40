import { resolve } from 'node:path';
import { Orchestra } from '../../app/orchestra.ts';
import { readTextFile } from '../../app/read-text-file.ts';
import { refusedLine } from '../../contract/result-line.ts';
import type { Compilation } from '../../language/compile.ts';
import { parseAnswers } from '../../people/queue.ts';
import { OrchestraError } from '../../shared/errors.ts';
import { noteLine, printJson, type CliContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { guarded } from '../failure.ts';
import { diagnosticLines } from '../print/diagnostics.ts';
import { driveSession } from './drive-session.ts';
import { attachInterviewer } from './interviewer.ts';

export interface RunFlags {
  readonly json?: boolean;
  readonly backend?: string;
  readonly script?: string;
  readonly answers?: string;
  readonly autoApprove?: boolean;
  readonly runDir?: string;
  readonly cwd?: string;
  readonly attractorOnly?: boolean;
}

export async function runPipeline(this: CliContext, flags: RunFlags, ...args: readonly string[]): Promise<void> {
  await guarded(this, flags.json, async () => {
    const [file = '', ...pairs] = args;
    const inputs = readInputs(pairs);
    const orchestra = await Orchestra.open({ cwd: this.cwd, env: this.env, onWaiting: () => undefined });
    try {
      return await start(this, flags, orchestra, file, inputs);
    } finally {
      await orchestra.close();
    }
  });
}

async function start(
  context: CliContext,
  flags: RunFlags,
  orchestra: Orchestra,
  file: string,
  inputs: Readonly<Record<string, string>>,
): Promise<number> {
  const { attractorOnly } = flags;
  const compilation = await orchestra.compileFile(resolve(context.cwd, file), { attractorOnly, shownPath: file });
  if (!compilation.ok) return refuse(context, flags, compilation);
  if (!flags.json) for (const line of diagnosticLines(compilation.diagnostics)) noteLine(context, line);
  const script = await readOption(context, flags.script);
  const answersText = await readOption(context, flags.answers);
  const answers = answersText === undefined ? undefined : parseAnswers(answersText);
  const attached = attachInterviewer(context, { json: flags.json, autoApprove: flags.autoApprove, answers, answered: 0 });
  const { session, backend } = await orchestra.start({
    file,
    compilation,
    inputs,
    cwd: resolve(context.cwd, flags.cwd ?? '.'),
    autoApprove: flags.autoApprove,
    interviewer: attached.interviewer,
    backend: flags.backend,
    script,
    answers,
    runDirectory: flags.runDir === undefined ? undefined : resolve(context.cwd, flags.runDir),
  });
  if (backend.notice !== undefined && !flags.json) noteLine(context, backend.notice);
  try {
    return await driveSession(context, orchestra, session, flags.json);
  } finally {
    attached.close();
  }
}

/** A pipeline refused by lint still ends with a result line, so that programs have one thing to read. */
function refuse(context: CliContext, flags: RunFlags, { diagnostics }: Compilation): number {
  if (flags.json) {
    printJson(context, refusedLine(diagnostics));
  } else {
    for (const line of diagnosticLines(diagnostics)) noteLine(context, line);
  }
  return exitCodes.failed;
}

/** `key=value` arguments; the value is a string and may contain further equals signs. */
function readInputs(pairs: readonly string[]): Readonly<Record<string, string>> {
  const inputs = pairs.map((pair): [string, string] => {
    const at = pair.indexOf('=');
    if (at <= 0) throw new OrchestraError('USAGE', `"${pair}" is not an input of the form key=value`);
    return [pair.slice(0, at), pair.slice(at + 1)];
  });
  return Object.fromEntries(inputs);
}

async function readOption(context: CliContext, file: string | undefined): Promise<string | undefined> {
  return file === undefined ? undefined : readTextFile(resolve(context.cwd, file), file);
}

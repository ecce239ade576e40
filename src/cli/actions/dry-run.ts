import { dryRunPipeline } from '../../app/dry-run.ts';
import type { Compilation } from '../../language/compile.ts';
import { OrchestraError } from '../../shared/errors.ts';
import { noteLine, printJson, type CliContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { createProgressPrinter } from '../print/progress.ts';

/** Flags of `run`; those that would run, ask or write something are refused. */
export interface DryRunFlags {
  readonly json?: boolean;
  readonly backend?: string;
  readonly script?: string;
  readonly answers?: string;
  readonly runDir?: string;
  readonly cwd?: string;
}

/** Shows the way a run would take if everything went well; see `dryRunPipeline`. */
export async function dryRun(
  context: CliContext,
  flags: DryRunFlags,
  { bundle }: Compilation,
  inputs: Readonly<Record<string, string>>,
): Promise<number> {
  const { backend = 'simulation', script, answers, runDir, cwd } = flags;
  if (backend !== 'simulation' || [script, answers, runDir, cwd].some((flag) => flag !== undefined)) {
    throw new OrchestraError(
      'USAGE',
      '--dry-run runs nothing, asks nobody and writes nothing: other flags have no place',
    );
  }
  if (!bundle) throw new OrchestraError('PIPELINE_INVALID', 'the pipeline has errors');
  const { events, result } = await dryRunPipeline(bundle, inputs);
  const print = flags.json
    ? (line: unknown) => printJson(context, line)
    : createProgressPrinter(context, { runId: result.runId, attended: true });
  for (const event of events) print(event);
  if (flags.json) printJson(context, result);
  else noteLine(context, `[Pipeline] ${result.failureReason ?? result.status}; nothing was run`);
  return result.status === 'success' ? exitCodes.success : exitCodes.failed;
}

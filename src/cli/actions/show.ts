import { columnsOf, printJson, printLine, type CliContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { onRuns } from '../on-project.ts';
import { runViewLines } from '../print/run-view.ts';

export interface ShowFlags {
  readonly json?: boolean;
}

export async function showRun(this: CliContext, flags: ShowFlags, runId: string): Promise<void> {
  await onRuns(this, flags, async (orchestra) => {
    const view = await orchestra.view(await orchestra.findRun(runId));
    if (flags.json) printJson(this, view);
    else for (const line of runViewLines(view, columnsOf(this))) printLine(this, line);
    return exitCodes.success;
  });
}

import type { RunDifference } from '../../contract/run-difference.ts';
import { columnsOf, printJson, printLine, type CliContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { onRuns } from '../on-project.ts';
import { runDifferenceLines } from '../print/run-difference.ts';

export interface DiffFlags {
  readonly json?: boolean;
}

export async function diffRuns(this: CliContext, flags: DiffFlags, one: string, other: string): Promise<void> {
  await onRuns(this, flags, async (orchestra) => {
    const difference = await orchestra.diff(await orchestra.findRun(one), await orchestra.findRun(other));
    if (flags.json) printJson<RunDifference>(this, difference);
    else for (const line of runDifferenceLines(difference, columnsOf(this))) printLine(this, line);
    return isEqual(difference) ? exitCodes.success : exitCodes.failed;
  });
}

/** Time and cost are never the same twice. */
function isEqual({ one, other, parting, visits, context, code }: RunDifference): boolean {
  return one.state === other.state && !parting && visits.length + context.length + code.length === 0;
}

import { newestRun } from '../../app/find-run.ts';
import type { StatusDocument } from '../../contract/command-documents.ts';
import type { RunRow } from '../../engine/ports/journal.ts';
import { noteLine, printJson, printLine, type CliContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { onRuns } from '../on-project.ts';
import { localTime } from '../print/local-time.ts';
import { runEntry } from '../print/run-entry.ts';
import { waitingText } from '../print/waiting-text.ts';
import { countOf } from '../since.ts';

export interface StatusFlags {
  readonly json?: boolean;
  readonly watch?: boolean;
  readonly color?: boolean;
  readonly limit: number;
}

export async function showStatus(this: CliContext, flags: StatusFlags, runId?: string): Promise<void> {
  await onRuns(this, flags, async (orchestra) => {
    if (flags.watch) {
      // What it takes is more than a list needs.
      const { watchRun } = await import('./watch.ts');
      await watchRun(this, orchestra, await orchestra.findRun(runId ?? newestRun), flags);
      return exitCodes.success;
    }
    const limit = countOf(flags.limit);
    const rows = runId === undefined ? await orchestra.runs({ limit }) : [await orchestra.findRun(runId)];
    if (flags.json) printJson<StatusDocument>(this, { runs: rows.map(runEntry) });
    else if (rows.length === 0) noteLine(this, 'No runs yet. Start one with: orchestra run FILE');
    else for (const line of rows.flatMap((row) => lines(row, Date.now()))) printLine(this, line);
    return exitCodes.success;
  });
}

function lines({ id, pipeline, state, at, waiting }: RunRow, now: number): readonly string[] {
  const head = `${id}  ${state.padEnd(11)}  ${localTime(at)}  ${pipeline}`;
  return [head, ...(waiting ?? []).map((item) => `    ${waitingText(item, now)}`)];
}

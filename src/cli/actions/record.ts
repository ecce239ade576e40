import { resolve } from 'node:path';
import { recordingOf } from '../../app/recording.ts';
import { writeTextFile } from '../../app/text-file.ts';
import type { RecordDocument } from '../../contract/command-documents.ts';
import { noteLine, printJson, type CliContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { onRuns } from '../on-project.ts';

export interface RecordFlags {
  readonly json?: boolean;
  readonly output?: string;
}

export async function recordRun(this: CliContext, flags: RecordFlags, runId: string): Promise<void> {
  const { json, output } = flags;
  await onRuns(this, flags, async (orchestra) => {
    const row = await orchestra.sourceOf(await orchestra.findRun(runId));
    const lines: string[] = [];
    for await (const line of recordingOf(orchestra.journal, row)) {
      if (output === undefined) printJson(this, line);
      else lines.push(`${JSON.stringify(line)}\n`);
    }
    if (output === undefined) return exitCodes.success;
    await writeTextFile(resolve(this.cwd, output), lines.join(''));
    if (json) printJson<RecordDocument>(this, { runId: row.id, output, lines: lines.length });
    else noteLine(this, `Run ${row.id} is recorded. Replay it with: orchestra replay --from ${output} --offline`);
    return exitCodes.success;
  });
}

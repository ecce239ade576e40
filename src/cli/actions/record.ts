import { resolve } from 'node:path';
import { recordingOf } from '../../app/recording.ts';
import { writeTextFile } from '../../app/text-file.ts';
import { noteLine, printJson, type CliContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { onRuns } from '../on-project.ts';

export interface RecordFlags {
  readonly output?: string;
}

export async function recordRun(this: CliContext, { output }: RecordFlags, runId: string): Promise<void> {
  await onRuns(this, {}, async (orchestra) => {
    const row = await orchestra.sourceOf(await orchestra.findRun(runId));
    const lines: string[] = [];
    for await (const line of recordingOf(orchestra.journal, row)) {
      if (output === undefined) printJson(this, line);
      else lines.push(`${JSON.stringify(line)}\n`);
    }
    if (output === undefined) return exitCodes.success;
    await writeTextFile(resolve(this.cwd, output), lines.join(''));
    noteLine(
      this,
      `Run ${row.id} is recorded in ${output}. Replay it with: orchestra replay --from ${output} --offline`,
    );
    return exitCodes.success;
  });
}

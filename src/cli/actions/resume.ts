import { Orchestra } from '../../app/orchestra.ts';
import { readSettings } from '../../app/settings.ts';
import { OrchestraError } from '../../shared/errors.ts';
import type { ResumeFlags } from '../commands/resume.ts';
import { noteLine, type CliContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { guarded } from '../failure.ts';
import { driveSession } from './drive-session.ts';
import { attachInterviewer, type AttachedInterviewer } from './interviewer.ts';

export async function resumeRuns(this: CliContext, flags: ResumeFlags, runId?: string): Promise<void> {
  await guarded(this, flags.json, async () => {
    if ((runId === undefined) !== flags.due) throw new OrchestraError('USAGE', 'name a run, or use --due');
    const orchestra = await Orchestra.open({ cwd: this.cwd, env: this.env });
    try {
      return runId === undefined ? await resumeDue(this, orchestra, flags) : await resumeOne(this, orchestra, flags, runId);
    } finally {
      await orchestra.close();
    }
  });
}

async function resumeOne(context: CliContext, orchestra: Orchestra, flags: ResumeFlags, runId: string): Promise<number> {
  let attached: AttachedInterviewer | undefined;
  const session = await orchestra.resume(runId, (row, answered) => {
    const { answers, autoApprove } = readSettings(row.settings);
    attached = attachInterviewer(context, { json: flags.json, autoApprove, answers, answered });
    return attached.interviewer;
  });
  try {
    return await driveSession(context, orchestra, session, flags.json);
  } finally {
    attached?.close();
  }
}

/** All due runs, one after the other; the worst exit code is that of the command. */
async function resumeDue(context: CliContext, orchestra: Orchestra, flags: ResumeFlags): Promise<number> {
  const due = await orchestra.runs({ dueBefore: Date.now() });
  if (due.length === 0) noteLine(context, 'No run is due.');
  let worst: number = exitCodes.success;
  for (const row of due) worst = Math.max(worst, await resumeOne(context, orchestra, flags, row.id));
  return worst;
}

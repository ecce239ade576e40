import { randomUUID } from 'node:crypto';
import type { Orchestra } from '../../app/orchestra.ts';
import { finalStates } from '../../contract/run.ts';
import type { RunRow } from '../../engine/ports/journal.ts';
import { OrchestraError } from '../../shared/errors.ts';
import { budgetLimits } from '../budget-limits.ts';
import { noteLine, type CliContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { reportFailure } from '../failure.ts';
import type { DisplayWish } from '../live/live-conditions.ts';
import { onRuns } from '../on-project.ts';
import { commandText } from '../print/command-text.ts';
import { compileEdited, noteChangesBehind } from './compile-edited.ts';
import { driveSession } from './drive-session.ts';
import { attachInterviewer, type AttachedInterviewer } from './interviewer.ts';

export interface ResumeFlags extends DisplayWish {
  readonly json?: boolean;
  readonly turn?: string;
  readonly due?: boolean;
  readonly offline?: boolean;
  readonly budget?: string;
  readonly pipeline?: string;
  readonly lenient?: boolean;
}

export async function resumeRuns(this: CliContext, flags: ResumeFlags, runId?: string): Promise<void> {
  await onRuns(this, flags, async (orchestra) => {
    if (flags.lenient && flags.pipeline === undefined) {
      throw new OrchestraError('USAGE', '--lenient is for the file that --pipeline names');
    }
    if (flags.due && flags.budget !== undefined)
      throw new OrchestraError('USAGE', '--budget is for one run, not for all');
    if (flags.due && flags.turn !== undefined)
      throw new OrchestraError('USAGE', '--turn is a turn of one run, not of all');
    if ((runId === undefined) !== (flags.due ?? false)) throw new OrchestraError('USAGE', 'name a run, or use --due');
    return runId === undefined
      ? await resumeDue(this, orchestra, flags)
      : await resumeOne(this, orchestra, flags, runId);
  });
}

async function resumeOne(
  context: CliContext,
  orchestra: Orchestra,
  flags: ResumeFlags,
  runId: string,
): Promise<number> {
  let attached: AttachedInterviewer | undefined;
  const row = await rowToResume(context, orchestra, flags, runId);
  const { pipeline } = flags;
  const edited = pipeline === undefined ? undefined : await compileEdited(context, orchestra, pipeline, flags);
  if (edited) await noteChangesBehind(context, orchestra, row, edited);
  await setBudget(orchestra, row, flags);
  const session = await orchestra.resume(row.id, {
    interviewer: async ({ answers, autoApprove }, answered) => {
      const left = answers?.slice(await answered());
      attached = attachInterviewer(context, { ...flags, autoApprove, answers: left });
      return attached.interviewer;
    },
    ...(edited ? { edited } : {}),
  });
  try {
    return await driveSession(context, orchestra, { session, wish: flags, attached, resumed: row.pipeline });
  } finally {
    attached?.close();
  }
}

/** Taken back to the turn, where one is named. */
async function rowToResume(
  context: CliContext,
  orchestra: Orchestra,
  { turn }: ResumeFlags,
  runId: string,
): Promise<RunRow> {
  const row = await orchestra.findRun(runId);
  if (turn === undefined) return row;
  const { row: rewound, untaken } = await orchestra.goBack(row, await orchestra.findTurn(row, turn));
  for (const { command, by } of untaken)
    noteLine(context, `  ! not taken before the run went back, and void: ${commandText(command)} (from ${by})`);
  return rewound;
}

/** A run that has ended is refused by the resume itself. */
async function setBudget(orchestra: Orchestra, row: RunRow, { budget }: ResumeFlags): Promise<void> {
  if (budget === undefined || finalStates.has(row.state)) return;
  await orchestra.send(row.id, { kind: 'budget', set: budgetLimits(budget) }, 'cli', randomUUID());
}

/** All due runs, one after the other; the worst exit code is that of the command. */
async function resumeDue(context: CliContext, orchestra: Orchestra, flags: ResumeFlags): Promise<number> {
  const due = await orchestra.runs({ dueBefore: Date.now() });
  if (due.length === 0) noteLine(context, 'No run is due.');
  let worst: number = exitCodes.success;
  for (const { id } of due) {
    // One that cannot go on does not hold up the others.
    const code = await resumeOne(context, orchestra, flags, id).catch((thrown: unknown) =>
      reportFailure(context, thrown, flags.json),
    );
    worst = Math.max(worst, code);
  }
  return worst;
}

import { resolve } from 'node:path';
import type { Orchestra } from '../../app/orchestra.ts';
import type { Replayed, ReplayRequest } from '../../app/replay.ts';
import type { ReplayDocument } from '../../contract/command-documents.ts';
import { OrchestraError } from '../../shared/errors.ts';
import { lineDiff } from '../../shared/line-diff.ts';
import { printJson, type CliContext } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { guarded } from '../failure.ts';
import { onProject } from '../on-project.ts';
import { createProgressPrinter } from '../print/progress.ts';
import { printReplay } from '../print/replay.ts';
import { compileEdited } from './compile-edited.ts';

export interface ReplayFlags {
  readonly json?: boolean;
  readonly offline?: boolean;
  readonly pipeline?: string;
  readonly from?: string;
  readonly lenient?: boolean;
}

export async function replayRun(this: CliContext, flags: ReplayFlags, runId?: string): Promise<void> {
  await guarded(this, flags.json, async () => {
    if (flags.lenient && flags.pipeline === undefined)
      throw new OrchestraError('USAGE', '--lenient is for the file that --pipeline names');
    if ((runId === undefined) === (flags.from === undefined))
      throw new OrchestraError('USAGE', 'name a run, or a recording with --from');
    if (!flags.offline) {
      const message = 'runs are replayed from their records; another run that goes on live from one is not there yet';
      throw new OrchestraError('REPLAY_NOT_OFFLINE', message);
    }
    return onProject(this, flags.from !== undefined, async (orchestra) => {
      const request = await requestFor(this, orchestra, flags, runId);
      return replay(this, orchestra, flags, request);
    });
  });
}

async function requestFor(
  context: CliContext,
  orchestra: Orchestra,
  flags: ReplayFlags,
  runId: string | undefined,
): Promise<ReplayRequest> {
  const { pipeline } = flags;
  const found = await sourceOf(context, orchestra, flags, runId);
  if (pipeline === undefined) return found;
  return { ...found, edited: await compileEdited(context, orchestra, pipeline, flags) };
}

async function sourceOf(
  context: CliContext,
  orchestra: Orchestra,
  { from }: ReplayFlags,
  runId = '',
): Promise<ReplayRequest> {
  if (from === undefined) {
    const { journal } = orchestra;
    return { source: journal, sourceRun: await orchestra.sourceOf(await orchestra.findRun(runId)) };
  }
  const { openRecording } = await import('../../app/recording.ts');
  return { ...(await openRecording(resolve(context.cwd, from), from)), cwd: context.cwd };
}

/** Shows for people what is told again, then the verdict; an interrupt ends the replay. */
async function replay(
  context: CliContext,
  orchestra: Orchestra,
  { json }: ReplayFlags,
  request: ReplayRequest,
): Promise<number> {
  const { session, report } = await orchestra.replay(request);
  let isInterrupted = false;
  const stopListening = context.onSignal(() => {
    isInterrupted = true;
    session.cancel('interrupted');
  });
  const print = json ? undefined : createProgressPrinter(context, { runId: session.runId, attended: true });
  try {
    for await (const line of session.events()) print?.(line);
    const replayed = await report;
    if (json) printJson<ReplayDocument>(context, documentOf(replayed));
    else printReplay(context, replayed);
    if (isInterrupted && !replayed.whole) return exitCodes.cancelled;
    return replayed.equal ? exitCodes.success : exitCodes.failed;
  } finally {
    stopListening();
  }
}

function documentOf({ difference, ...replayed }: Replayed): ReplayDocument {
  if (!difference) return replayed;
  return { ...replayed, difference: { ...difference, diff: [...lineDiff(difference.recorded, difference.asked)] } };
}

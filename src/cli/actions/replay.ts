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
import type { ForkFlags } from './fork.ts';

export interface ReplayFlags extends Omit<ForkFlags, 'at'> {
  readonly at?: string;
  readonly turn?: string;
  readonly checkpoint?: string;
}

export async function replayRun(this: CliContext, flags: ReplayFlags, ...args: readonly string[]): Promise<void> {
  await guarded(this, flags.json, async () => {
    const [runId, ...pairs] = args;
    const at = turnAsked(flags);
    if (flags.lenient && flags.pipeline === undefined && flags.edit === undefined)
      throw new OrchestraError('USAGE', '--lenient is for the file that --edit or --pipeline names');
    if (at !== undefined) {
      const { forkRun } = await import('./fork.ts');
      return forkRun(this, { ...flags, at }, runId, pairs);
    }
    if (flags.edit !== undefined || pairs.length > 0)
      throw new OrchestraError('USAGE', 'a run goes on with changes from a turn: name it with --at T', {
        hint: '--pipeline FILE walks an edited pipeline by the record alone.',
      });
    if ((runId === undefined) === (flags.from === undefined))
      throw new OrchestraError('USAGE', 'name a run, or a recording with --from');
    if (!flags.offline) throw new OrchestraError('REPLAY_NOT_OFFLINE', 'it is not said how to replay the run');
    return onProject(this, flags.from !== undefined, async (orchestra) => {
      const request = await requestFor(this, orchestra, flags, runId);
      return replay(this, orchestra, flags, request);
    });
  });
}

/** `--turn` and `--checkpoint` are other words for `--at`. */
function turnAsked({ at, turn, checkpoint }: ReplayFlags): string | undefined {
  const [asked, another] = [at, turn, checkpoint].filter((said) => said !== undefined);
  if (another !== undefined) throw new OrchestraError('USAGE', '--at, --turn and --checkpoint mean the same: give one');
  return asked;
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

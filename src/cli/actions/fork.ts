import type { ForkRequest } from '../../app/fork.ts';
import type { Orchestra } from '../../app/orchestra.ts';
import { OrchestraError } from '../../shared/errors.ts';
import type { CliContext } from '../context.ts';
import type { DisplayWish } from '../live/live-conditions.ts';
import { onProject } from '../on-project.ts';
import { readInputs } from '../read-inputs.ts';
import { compileEdited, noteChangesBehind } from './compile-edited.ts';
import { driveSession } from './drive-session.ts';
import { attachInterviewer, type AttachedInterviewer } from './interviewer.ts';

export interface ForkFlags extends DisplayWish {
  readonly json?: boolean;
  readonly at: string;
  readonly edit?: string;
  readonly offline?: boolean;
  readonly pipeline?: string;
  readonly from?: string;
  readonly lenient?: boolean;
}

/** Goes on from a turn of a run, as a new run. */
export function forkRun(
  context: CliContext,
  flags: ForkFlags,
  runId: string | undefined,
  pairs: readonly string[],
): Promise<number> {
  if (flags.from !== undefined || runId === undefined)
    throw new OrchestraError('USAGE', 'name the run that has the turn: recordings are only replayed with --offline');
  if (flags.edit !== undefined && flags.pipeline !== undefined)
    throw new OrchestraError('USAGE', 'with --at, the edited pipeline is named by --edit alone');
  const inputs = readInputs(pairs);
  return onProject(
    context,
    false,
    async (orchestra) => {
      const source = await orchestra.findRun(runId);
      const turn = await orchestra.findTurn(source, flags.at);
      const edited = await editedFor(context, orchestra, flags, { source, turn });
      return walk(context, orchestra, flags, { source, turn, inputs, edited });
    },
    { isOffline: flags.offline ?? false },
  );
}

async function editedFor(
  context: CliContext,
  orchestra: Orchestra,
  flags: ForkFlags,
  { source, turn }: ForkRequest,
): Promise<ForkRequest['edited']> {
  const file = flags.edit ?? flags.pipeline;
  if (file === undefined) return undefined;
  const compilation = await compileEdited(context, orchestra, file, flags);
  await noteChangesBehind(context, orchestra, source, compilation, turn);
  return { file, compilation };
}

async function walk(
  context: CliContext,
  orchestra: Orchestra,
  flags: ForkFlags,
  request: ForkRequest,
): Promise<number> {
  let attached: AttachedInterviewer | undefined;
  const session = await orchestra.fork(request, async ({ answers, autoApprove }, answered) => {
    attached = attachInterviewer(context, { ...flags, autoApprove, answers: answers?.slice(await answered()) });
    return attached.interviewer;
  });
  try {
    return await driveSession(context, orchestra, { session, wish: flags, attached, resumed: request.source.pipeline });
  } finally {
    attached?.close();
  }
}

import type { Journal, Turn } from '../../src/engine/ports/journal.ts';
import { systemClock } from '../../src/runtime/local/clock.ts';
import { RecordedRuntime, type ReplayEnd } from '../../src/runtime/recorded/recorded-runtime.ts';
import type { AskStep } from '../../src/runtime/recorded/recorded-steps.ts';
import { createRun } from './local-runtime-under-test.ts';
import type { WalkInputs, World } from './runtime-world.ts';

export interface ReplayParts {
  /** Bundle of an edited pipeline. */
  readonly edited?: string;
  readonly ask?: AskStep;
  readonly signal?: AbortSignal;
}

/** Replays a run of a world by its record, into another run of the same journal. */
export async function replayRun(
  world: World,
  journal: Journal,
  sourceRunId: string,
  { edited, ask = async () => undefined, signal = new AbortController().signal }: ReplayParts = {},
): Promise<ReplayEnd & { readonly runId: string }> {
  const source = await journal.run(sourceRunId);
  if (!source) throw new Error(`there is no run ${sourceRunId}`);
  const runId = `replay-of-${sourceRunId}`;
  // As `createRun` wrote them.
  const { inputs } = source.settings as { readonly inputs: WalkInputs };
  await createRun(journal, { runId, bundle: edited ?? source.bundle, inputs, at: 0 });
  const runtime = new RecordedRuntime({
    journal,
    source: journal,
    clock: systemClock,
    holder: { pid: 1, host: 'here', bootId: 'boot', startTime: '1' },
    load: async ({ bundle, settings }) => world.traversal(bundle, (settings as { readonly inputs: WalkInputs }).inputs),
    ask,
    createChild: (child) =>
      createRun(journal, {
        runId: child.runId,
        bundle: child.bundle,
        inputs: child.input,
        parent: child.parent,
        at: 0,
      }),
    readArtifact: async () => undefined,
    onTurns: () => undefined,
    signal,
  });
  return { ...(await runtime.replay(runId, sourceRunId)), runId };
}

/** What was recorded of a run and its steps, without what tells of processes, numbers and ids. */
export async function toldBy(journal: Journal, runId: string): Promise<readonly unknown[]> {
  const branches: unknown[] = [];
  const main: unknown[] = [];
  for await (const turn of journal.tail(runId, 0)) {
    if (turn.branch === undefined) main.push(...toldTurn(turn));
    else if (!processEvents.has(turn.type)) branches.push([turn.branch, turn.type, turn.payload]);
  }
  return [main, branches];
}

const processEvents: ReadonlySet<string> = new Set(['ProcessStarted', 'ProcessExited']);
const processTurns: ReadonlySet<string> = new Set(['RunResumed', 'PipelinePaused', 'AnswerRefused', 'PipelineEdited']);

function toldTurn({ type, key, payload }: Turn): readonly unknown[] {
  if (processTurns.has(type)) return [];
  // Every turn of the main branch has an object.
  const { id: _id, runId: _runId, inboxSeq: _seq, ...told } = payload as Readonly<Record<string, unknown>>;
  return [[type, key, told]];
}

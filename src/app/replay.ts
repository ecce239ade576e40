import { createNodeTemplateEngine } from '../agents/templates/node-engine.ts';
import type { ReplayDifference } from '../contract/replay-difference.ts';
import type { RunState } from '../contract/run.ts';
import type { Journal, RunRow } from '../engine/ports/journal.ts';
import { createTraversal, walkVersion } from '../engine/walk/traverse.ts';
import type { Compilation } from '../language/compile.ts';
import type { ChildRequest } from '../runtime/local/child-runs.ts';
import { systemClock } from '../runtime/local/clock.ts';
import type { RunHandle } from '../runtime/local/local-runtime.ts';
import { RecordedRuntime, type ReplayEnd } from '../runtime/recorded/recorded-runtime.ts';
import { lastBundleOf, type RecordSource } from '../runtime/recorded/whole-record.ts';
import { withBlobs } from '../shared/blob-ref.ts';
import { OrchestraError } from '../shared/errors.ts';
import type { Json } from '../shared/json.ts';
import { thisProcess } from '../shared/process/identity.ts';
import { askedWork } from './asked-work.ts';
import { copyBundle, loadGraph, loadProgram, storeBundle } from './bundles.ts';
import { customTypesOf } from './extensions.ts';
import { newRunId } from './run-id.ts';
import { Session, type SessionParts, type WalkerParts } from './session.ts';
import { readSettings, walkOptionsOf } from './settings.ts';

/** Backend of a replay: its answers come from the record of another run. */
export const recordedBackend = 'recorded';

export interface ReplayRequest {
  /** Where the run that is replayed is recorded. */
  readonly source: RecordSource;
  readonly sourceRun: RunRow;
  /** An edited pipeline to walk by that record. */
  readonly edited?: Compilation | undefined;
  /** Folder the replay is recorded as working in; nothing works there. */
  readonly cwd?: string;
}

export interface Replayed {
  /** The run whose record answers. */
  readonly source: { readonly runId: string; readonly pipeline: string; readonly state: RunState };
  readonly runId: string;
  readonly pipeline: string;
  readonly state: ReplayEnd['state'];
  /** Everything was asked as recorded. */
  readonly equal: boolean;
  /** It leads to the end of the run: it is equal, and its source has ended. */
  readonly whole: boolean;
  readonly answers: number;
  readonly difference?: ReplayDifference;
}

export interface ReplaySession {
  readonly session: Session;
  /** Resolves when the session is over. */
  readonly report: Promise<Replayed>;
}

/**
 * Walks a run anew by its record, as a run of its own: whatever the walk asks is answered by what the source was
 * answered, and nothing is started. Ends at the first difference.
 * @throws OrchestraError RUN_OTHER_VERSION, BUNDLE_INVALID, JOURNAL_CORRUPT
 */
export async function openReplay(request: ReplayRequest, parts: SessionParts): Promise<ReplaySession> {
  const { sourceRun } = request;
  if (sourceRun.walkVersion !== walkVersion) {
    const message = `run ${sourceRun.id} was walked by version ${sourceRun.walkVersion} of the walk, and this is version ${walkVersion}`;
    throw new OrchestraError('RUN_OTHER_VERSION', message);
  }
  const row = await createReplay(request, parts.journal);
  const abort = new AbortController();
  const { promise: ended, resolve: concluded } = Promise.withResolvers<ReplayEnd>();
  const walker = (walkerParts: WalkerParts): RunHandle => {
    const runtime = recordedRuntime(request, parts, walkerParts, abort.signal);
    const done = runtime.replay(row.id, sourceRun.id).then((end) => {
      concluded(end);
      return { state: end.state };
    });
    const stop = (): void => abort.abort();
    return { done, pause: stop, suspend: stop, cancel: stop, standing: () => 'moving' };
  };
  const session = await Session.open(row, { ...parts, walker });
  return { session, report: session.done.then(async () => reportOf(request, row, await ended)) };
}

/** Records the replay as a new run: with the pipeline, the inputs and the goal of its source, unless they are edited. */
async function createReplay({ source, sourceRun, edited, cwd }: ReplayRequest, journal: Journal): Promise<RunRow> {
  const bundle = edited?.bundle
    ? await storeBundle(journal, edited.bundle)
    : await copyBundle(source, await lastBundleOf(source, sourceRun), journal);
  const now = new Date();
  return journal.createRun({
    id: newRunId(now),
    pipeline: journal.redactor.text(edited?.graph?.name ?? sourceRun.pipeline),
    bundle,
    walkVersion,
    cwd: cwd ?? sourceRun.cwd,
    settings: await journal.keep(await replaySettings(source, sourceRun)),
    at: now.getTime(),
  });
}

/** Those of the source in full, where they tell what the run was, and not who did the work. */
async function replaySettings(source: RecordSource, { id, settings }: RunRow): Promise<Json> {
  const { file, goal, ...read } = await readSettings(source, settings);
  const { inputs, ...walk } = walkOptionsOf(read);
  return {
    file,
    goal,
    ...walk,
    inputs: await withBlobs((hash) => source.getBlob(hash), inputs),
    backend: recordedBackend,
    backendAsked: true,
    replayOf: id,
  };
}

function recordedRuntime(
  { source, edited }: ReplayRequest,
  { journal, extensions }: SessionParts,
  walkerParts: WalkerParts,
  signal: AbortSignal,
): RecordedRuntime {
  const customTypes = customTypesOf(extensions);
  return new RecordedRuntime({
    journal,
    source,
    clock: systemClock,
    holder: thisProcess(),
    async load(run) {
      const settings = await readSettings(journal, run.settings);
      return createTraversal(await loadProgram(journal, run.bundle, customTypes), walkOptionsOf(settings));
    },
    ...(edited ? {} : { graphOf: (bundle) => loadGraph(source, bundle) }),
    ask: askedWork(createNodeTemplateEngine(), extensions),
    createChild: (child, sourceRunId) => createChildReplay(child, sourceRunId, { source, journal }),
    ...walkerParts,
    signal,
  });
}

async function createChildReplay(
  { runId, bundle, input, parent }: ChildRequest,
  sourceRunId: string,
  { source, journal }: { readonly source: RecordSource; readonly journal: Journal },
): Promise<void> {
  const sourceRun = await source.run(sourceRunId);
  const above = await journal.run(parent.runId);
  if (!sourceRun || !above) throw new OrchestraError('RUN_UNKNOWN', `run ${sourceRunId} or ${parent.runId} vanished`);
  const { name } = await loadGraph(journal, bundle);
  const settings = (await replaySettings(source, sourceRun)) as { readonly [key: string]: Json };
  await journal.createRun({
    id: runId,
    pipeline: name,
    bundle,
    walkVersion,
    cwd: above.cwd,
    parent,
    settings: await journal.keep({ ...settings, inputs: input }),
    at: systemClock.now(),
  });
}

function reportOf({ sourceRun }: ReplayRequest, row: RunRow, end: ReplayEnd): Replayed {
  const { state, answers, difference, isWhole } = end;
  return {
    source: { runId: sourceRun.id, pipeline: sourceRun.pipeline, state: sourceRun.state },
    runId: row.id,
    pipeline: row.pipeline,
    state,
    equal: difference === undefined,
    whole: isWhole,
    answers,
    ...(difference && { difference }),
  };
}

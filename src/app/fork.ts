import type { Journal, Kept, Lease, NewTurn, RunRow } from '../engine/ports/journal.ts';
import { turnTypes } from '../engine/ports/turns.ts';
import type { Compilation } from '../language/compile.ts';
import { canonicalJson, type Json } from '../shared/json.ts';
import { thisProcess } from '../shared/process/identity.ts';
import { storeBundle } from './bundles.ts';
import { newRunId } from './run-id.ts';
import { readSettings, type RunSettings } from './settings.ts';
import { assertCanReturn } from './can-return.ts';
import { forkedPlan } from './workspace/forked-plan.ts';

export interface ForkRequest {
  /** The run to go on from, and the turn of it. */
  readonly source: RunRow;
  readonly turn: number;
  /** Inputs that are others than those of the source. */
  readonly inputs?: Readonly<Record<string, Json>> | undefined;
  /** An edited pipeline to go on with, and its file. */
  readonly edited?: { readonly file: string; readonly compilation: Compilation } | undefined;
}

/**
 * Records a run that goes on from a turn of another: with its pipeline, inputs and settings, as far as they are not changed.
 * @throws OrchestraError TURN_UNKNOWN, RUN_IS_REPLAY, RUN_OTHER_VERSION
 */
export async function createFork(
  { source, turn, inputs = {}, edited }: ForkRequest,
  journal: Journal,
): Promise<RunRow> {
  const settings = await readSettings(journal, source.settings);
  assertCanReturn(source, settings);
  const { graph, bundle } = edited?.compilation ?? {};
  const changed = await journal.keep(changedInputs(settings, inputs));
  const now = new Date();
  const id = newRunId(now);
  const row = await journal.createRun({
    id,
    pipeline: journal.redactor.text(graph?.name ?? source.pipeline),
    // What its source was edited to since stands on the path.
    bundle: source.bundle,
    walkVersion: source.walkVersion,
    cwd: source.cwd,
    forkOf: { runId: source.id, turn },
    settings: await journal.keep(forkSettings(settings, { id, inputs: changed, file: edited?.file })),
    at: now.getTime(),
  });
  const said: Said[] = [];
  if (bundle) said.push({ type: turnTypes.pipelineEdited, payload: { bundle: await storeBundle(journal, bundle) } });
  if (Object.keys(changed).length > 0) said.push({ type: turnTypes.inputsChanged, payload: { inputs: changed } });
  await record(journal, row, said);
  return row;
}

function changedInputs({ inputs }: RunSettings, wanted: Readonly<Record<string, Json>>): Record<string, Json> {
  const changed = Object.entries(wanted).filter(
    ([key, value]) => !Object.hasOwn(inputs, key) || canonicalJson(inputs[key] ?? null) !== canonicalJson(value),
  );
  return Object.fromEntries(changed);
}

interface ForkedSettings {
  readonly id: string;
  readonly inputs: Readonly<Record<string, Json>>;
  readonly file: string | undefined;
}

/** A run directory that the user named is that of the source; folders of repositories are the fork's own. */
function forkSettings(
  { runDirectory: _ofSource, workspace, ...settings }: RunSettings,
  { id, inputs: changed, file }: ForkedSettings,
): Json {
  const own = workspace && { workspace: forkedPlan(workspace, id) };
  const inputs = { ...settings.inputs, ...changed };
  // Plain data by its type.
  return { ...settings, inputs, ...own, ...(file !== undefined && { file }) } as unknown as Json;
}

interface Said {
  readonly type: string;
  readonly payload: Json;
}

/** What is other than in the source stands in the record before the walk goes on. */
async function record(journal: Journal, row: RunRow, said: readonly Said[]): Promise<void> {
  if (said.length === 0) return;
  const lease: Lease = await journal.acquire(row.id, thisProcess());
  try {
    const turns = said.map(async ({ type, payload }): Promise<NewTurn> => {
      const kept: Kept = await journal.keep(payload);
      return { type, at: row.at, payload: kept };
    });
    await journal.append(lease, await Promise.all(turns));
  } finally {
    await journal.release(lease);
  }
}

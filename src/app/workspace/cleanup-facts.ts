import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { finalStates } from '../../contract/run.ts';
import type { WorkspacePlan } from '../../contract/workspace-plan.ts';
import type { Journal, RunRow } from '../../engine/ports/journal.ts';
import type { CleanupFacts, RecordedRun } from '../../workspace/cleanup/cleanup-facts.ts';
import { findRepositories, type FoundRepositories } from '../../workspace/cleanup/find-repositories.ts';
import { foldersBelow } from '../../workspace/cleanup/run-folders.ts';
import { Git } from '../../workspace/git/git.ts';
import { realFolder } from '../../workspace/git/repository.ts';
import { isWithin } from '../../workspace/sandbox/paths.ts';
import type { Environment } from '../configuration/configuration.ts';
import { readSettings } from '../settings.ts';
import { recordedPlaces } from './recorded-places.ts';

export interface CleanupParts {
  readonly journal: Journal;
  readonly env: Environment;
}

/** Where to look beside what runs name: at what was left by runs that nobody knows any more. */
export interface FurtherPlaces {
  readonly repositories: readonly string[];
  readonly homes: readonly string[];
  readonly prefixes: readonly string[];
}

/** A run that has a workspace of its own; a child pipeline works in that of its root. */
export interface WorkspaceRun {
  readonly row: RunRow;
  readonly plan: WorkspacePlan;
}

/** Oldest first. */
export async function workspaceRuns(journal: Journal): Promise<readonly WorkspaceRun[]> {
  const runs: WorkspaceRun[] = [];
  for (const row of (await journal.runs()).toReversed()) {
    // A run that is too damaged to be read names nothing.
    const plan = await readSettings(journal, row.settings).then(
      ({ workspace }) => workspace,
      () => undefined,
    );
    if (plan) runs.push({ row, plan: { ...plan, folder: await realFolder(plan.folder) } });
  }
  return runs;
}

/** What a clean-up is decided by: what the runs of a journal name, and what there is of it. Changes nothing. */
export async function cleanupFacts(
  { journal, env }: CleanupParts,
  runs: readonly WorkspaceRun[],
  further: FurtherPlaces = { repositories: [], homes: [], prefixes: [] },
): Promise<CleanupFacts> {
  const planned = runs.flatMap(({ plan }) => plan.repositories);
  const beginnings = runs.flatMap(({ plan }) => branchBeginnings(plan));
  const found = await findRepositories(
    new Git({ env }),
    [...planned.map(({ path }) => path), ...further.repositories],
    {
      branch: (name) => beginnings.some((beginning) => name.startsWith(beginning)),
      folder: (path) => runs.some(({ plan }) => isWithin(path, plan.folder)),
    },
  );
  const recorded: RecordedRun[] = [];
  for (const run of runs) recorded.push(await recordedRun(journal, run, found));
  const homes = new Set([...runs.map(({ plan }) => dirname(plan.folder)), ...further.homes]);
  return {
    runs: recorded,
    repositories: found.repositories,
    folders: await foldersBelow([...homes]),
    homes: [...homes],
    prefixes: [...new Set([...planned.map(({ prefix }) => prefix), ...further.prefixes])],
  };
}

async function recordedRun(
  journal: Journal,
  { row, plan }: WorkspaceRun,
  found: FoundRepositories,
): Promise<RecordedRun> {
  const { id: runId, state, forkOf, updatedAt } = row;
  const places = hasLeft(plan, found)
    ? await recordedPlaces(journal, row, plan, (path) => found.at(path)?.path ?? path)
    : [];
  return {
    ...{ runId, state, session: plan.session, places },
    ...(finalStates.has(state) && { endedAt: updatedAt }),
    ...(forkOf && { forkOf: forkOf.runId }),
  };
}

/** Most runs of an old journal have nothing any more: what they made need not be read again. */
function hasLeft(plan: WorkspacePlan, { at }: FoundRepositories): boolean {
  if (existsSync(plan.folder)) return true;
  const beginnings = branchBeginnings(plan);
  return plan.repositories.some(({ path }) => {
    const repository = at(path);
    return (
      repository?.branches.some(({ name }) => beginnings.some((beginning) => name.startsWith(beginning))) === true ||
      repository?.worktrees.some((worktree) => isWithin(worktree.path, plan.folder)) === true
    );
  });
}

function branchBeginnings({ repositories, session }: WorkspacePlan): readonly string[] {
  return repositories.map(({ prefix }) => `${prefix}${session}/`);
}

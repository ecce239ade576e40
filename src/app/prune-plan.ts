import { existsSync } from 'node:fs';
import { finalStates } from '../contract/run.ts';
import type { Journal, RunRow } from '../engine/ports/journal.ts';
import type { RunWeight, Swept } from '../engine/ports/journal-upkeep.ts';
import { runHasForks } from '../journal/refusals.ts';
import { OrchestraError } from '../shared/errors.ts';
import type { Thing } from '../workspace/cleanup/cleanup-plan.ts';
import type { Environment } from './configuration/configuration.ts';
import { findRootRuns } from './find-run.ts';
import { forksFirst } from './forks-first.ts';
import { folderSize, ownFolders } from './own-folders.ts';
import { readSettings } from './settings.ts';
import { uncleanedRuns } from './workspace/cleanup.ts';

export interface PruneRequest {
  /** Ids, beginnings of ids or `last`: these runs, whatever state they are in; then age and number do not count. */
  readonly runs?: readonly string[];
  /** Only runs that ended longer ago than this. */
  readonly olderThanMs?: number | undefined;
  /** Never the newest so many runs that ended. */
  readonly keep?: number | undefined;
}

export interface PlannedRun {
  readonly row: RunRow;
  /** The run, then the runs it started. */
  readonly tree: readonly string[];
  readonly journalBytes: number;
  readonly folders: readonly string[];
  readonly folderBytes: number;
  /** A run directory the user named, which is left to them. */
  readonly leftFolder?: string;
}

export interface PrunePlan {
  /** Each after the runs that were forked from it. */
  readonly runs: readonly PlannedRun[];
  /** Runs that would go, if others that stay did not stand on their turns. */
  readonly needed: readonly { readonly row: RunRow; readonly forks: readonly string[] }[];
  /** Runs that would go, if nobody would know of their worktrees and branches then. */
  readonly uncleaned: readonly RunRow[];
  /** What nothing refers to any more without these runs. */
  readonly blobs: Swept;
}

export interface PruneParts {
  readonly journal: Journal;
  readonly env: Environment;
  /** Folder of the project's state. */
  readonly home: string;
}

/**
 * What a `prune` would take away; changes nothing.
 * @throws OrchestraError RUN_UNKNOWN, RUN_HELD for a named run that somebody walks, RUN_HAS_FORKS for one that others were
 * forked from, RUN_NOT_CLEANED for one that still has worktrees or branches, USAGE for a child run
 */
export async function planPrune(parts: PruneParts, request: PruneRequest, now: number): Promise<PrunePlan> {
  const { journal, home } = parts;
  const isNamed = request.runs !== undefined && request.runs.length > 0;
  const wanted = isNamed ? await namedRuns(journal, request.runs) : await endedRuns(journal, request, now);
  const left = await uncleanedRuns(parts, new Set(wanted.map(({ id }) => id)));
  const uncleaned = wanted.filter(({ id }) => left.has(id));
  const [unclean] = uncleaned;
  if (isNamed && unclean) throw runNotCleaned(unclean, left.get(unclean.id) ?? []);
  const free = wanted.filter((row) => !uncleaned.includes(row));
  const { runs: going, needed } = await removable(journal, free);
  const [first] = needed;
  if (isNamed && first) throw runHasForks(first.row.id, first.forks);
  const { blobs } = await journal.weigh(going.map(({ row }) => row.id));
  const runs = await Promise.all(
    going.map(async ({ row, weight }): Promise<PlannedRun> => {
      const { tree, bytes } = weight;
      const folders = (await Promise.all(tree.map((id) => ownFolders(home, id)))).flat();
      const sizes = await Promise.all(folders.map(folderSize));
      const leftFolder = await namedFolder(journal, row);
      return {
        row,
        tree,
        journalBytes: bytes,
        folders,
        folderBytes: sizes.reduce((sum, size) => sum + size, 0),
        ...(leftFolder === undefined ? {} : { leftFolder }),
      };
    }),
  );
  return { runs, needed, uncleaned, blobs };
}

function runNotCleaned({ id, state }: RunRow, things: readonly Thing[]): OrchestraError {
  const first = finalStates.has(state) ? '' : `\`orchestra cancel ${id}\`, then `;
  const what = things.map((thing) => `${thing.kind} ${'path' in thing ? thing.path : thing.name}`);
  return new OrchestraError('RUN_NOT_CLEANED', `run ${id} still has ${what.join(', ')}`, {
    hint: `${first ? 'Use ' : ''}${first}\`orchestra cleanup ${id}\`; with \`--force\` it removes what holds work, too.`,
    details: { runId: id, things: [...things] },
  });
}

interface WeighedRun {
  readonly row: RunRow;
  readonly weight: RunWeight;
}

async function removable(
  journal: Journal,
  rows: readonly RunRow[],
): Promise<{ readonly runs: readonly WeighedRun[]; readonly needed: PrunePlan['needed'] }> {
  const { runs: weights } = await journal.weigh(rows.map(({ id }) => id));
  const weighed = rows.flatMap((row, index) => {
    const weight = weights[index];
    return weight ? [{ row, weight }] : [];
  });
  const { runs, needed } = forksFirst(weighed, ({ weight }) => weight);
  return { runs, needed: needed.map(({ run, forks }) => ({ row: run.row, forks })) };
}

/** Throws `RUN_HELD` where somebody walks one of these runs. */
export async function assertUnowned(journal: Journal, runIds: readonly string[]): Promise<void> {
  for (const runId of runIds) {
    const lease = await journal.leaseOf(runId);
    if (!lease?.alive) continue;
    throw new OrchestraError('RUN_HELD', `process ${lease.pid} is walking run ${runId}`, {
      details: { runId, pid: lease.pid },
    });
  }
}

async function namedRuns(journal: Journal, names: readonly string[]): Promise<readonly RunRow[]> {
  const rows = await findRootRuns(journal, names);
  const { runs } = await journal.weigh(rows.map(({ id }) => id));
  for (const { tree } of runs) await assertUnowned(journal, tree);
  return rows;
}

async function endedRuns(
  journal: Journal,
  { olderThanMs = 0, keep = 0 }: PruneRequest,
  now: number,
): Promise<readonly RunRow[]> {
  const ended = (await journal.runs()).filter(({ state }) => finalStates.has(state));
  const newestFirst = ended.toSorted((a, b) => b.updatedAt - a.updatedAt);
  return newestFirst.slice(keep).filter(({ updatedAt }) => now - updatedAt >= olderThanMs);
}

async function namedFolder(journal: Journal, { settings }: RunRow): Promise<string | undefined> {
  try {
    const { runDirectory } = await readSettings(journal, settings);
    return runDirectory !== undefined && existsSync(runDirectory) ? runDirectory : undefined;
  } catch {
    // A run too damaged to be read can still be forgotten.
    return undefined;
  }
}

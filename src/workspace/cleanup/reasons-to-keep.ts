import { finalStates } from '../../contract/run.ts';
import { formatDuration } from '../../shared/duration.ts';
import type { CleanupRequest, FoundWorktree, RecordedRun } from './cleanup-facts.ts';
import type { Named } from './named-things.ts';

/** Why nothing of a run is removed; undefined where it may be. */
export function reasonOfRun(run: RecordedRun, { runs, olderThanMs }: CleanupRequest, now: number): string | undefined {
  if (runs && !runs.includes(run.runId)) return 'its run was not asked for';
  if (!finalStates.has(run.state)) return `its run is ${run.state}`;
  if (run.endedAt === undefined) return 'nobody knows when its run ended';
  const age = now - run.endedAt;
  return age < olderThanMs ? `its run ended ${formatDuration(Math.max(0, age))} ago` : undefined;
}

/** Why a thing stays for the sake of what names it: every run that does has to let it go. */
export function reasonOfNames({ runs, places }: Named, request: CleanupRequest, now: number): string | undefined {
  for (const run of runs) {
    const reason = reasonOfRun(run, request, now);
    if (reason !== undefined) return runs.length > 1 ? `${reason} (${run.runId})` : reason;
  }
  return request.force ? undefined : places.find(({ keptBecause }) => keptBecause !== undefined)?.keptBecause;
}

/** Why a worktree stays as it is found. Neither its main checkout nor what somebody locked is ever removed. */
export function reasonOfWorktree(found: FoundWorktree, { places }: Named, force: boolean): string | undefined {
  if (found.isMain) return 'it is the checkout of the repository';
  if (found.locked !== undefined) return `it is locked${found.locked === '' ? '' : `: ${found.locked}`}`;
  if (force) return undefined;
  if (found.hasChanges) return 'it holds changes that are not committed';
  if (places.some(({ branch }) => branch === found.branch)) return undefined;
  return found.branch === undefined
    ? 'it stands at a commit, at no branch'
    : `it stands at another branch, ${found.branch}`;
}

/** The first run that goes back to this one and stays: it returns to moments that both share. */
export function forkThatStays(
  { runId }: RecordedRun,
  runs: readonly RecordedRun[],
  request: CleanupRequest,
  now: number,
): RecordedRun | undefined {
  for (const fork of runs.filter(({ forkOf }) => forkOf === runId)) {
    const stays = reasonOfRun(fork, request, now) === undefined ? forkThatStays(fork, runs, request, now) : fork;
    if (stays) return stays;
  }
  return undefined;
}

import { existsSync } from 'node:fs';
import { finalStates } from '../../contract/run.ts';
import type { Lease, RunRow } from '../../engine/ports/journal.ts';
import { messageOf, OrchestraError } from '../../shared/errors.ts';
import { failpoint } from '../../shared/failpoint.ts';
import { thisProcess } from '../../shared/process/identity.ts';
import type { CleanupFacts, CleanupRequest } from '../../workspace/cleanup/cleanup-facts.ts';
import type { CleanupPlan, Kept, Removal, Thing } from '../../workspace/cleanup/cleanup-plan.ts';
import { planCleanup } from '../../workspace/cleanup/plan-cleanup.ts';
import { reasonOfRun } from '../../workspace/cleanup/reasons-to-keep.ts';
import { Remover } from '../../workspace/cleanup/remove-thing.ts';
import { tidyRunFolder } from '../../workspace/cleanup/run-folders.ts';
import { Git } from '../../workspace/git/git.ts';
import { cleanupFacts, workspaceRuns, type CleanupParts, type WorkspaceRun } from './cleanup-facts.ts';

/** What a clean-up would do; carried out by `cleanUp`. */
export interface PlannedCleanup extends Pick<CleanupPlan, 'remove' | 'keep'> {
  readonly request: CleanupRequest;
  readonly facts: CleanupFacts;
  readonly runs: readonly WorkspaceRun[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

export interface CleanedUp {
  readonly removed: readonly Removal[];
  /** What was planned to go and stayed, as something had changed or stood in the way. */
  readonly left: readonly Kept[];
  /** Something could not be removed that should have been. */
  readonly hasFailed: boolean;
}

/**
 * What may go of the folders, branches and refs of runs; changes nothing.
 * @param now milliseconds since the epoch
 * @throws OrchestraError GIT_MISSING, GIT_TOO_OLD, GIT_FAILED
 */
export async function planRunCleanup(
  parts: CleanupParts,
  request: CleanupRequest,
  now: number,
): Promise<PlannedCleanup> {
  const runs = await workspaceRuns(parts.journal);
  const facts = await cleanupFacts(parts, runs);
  const { remove, keep } = planCleanup(facts, request, now);
  const { runs: asked } = request;
  // What nobody asked about need not be told to stay.
  const told = keep.filter(({ runId }) => asked?.includes(runId) ?? true);
  return { remove, keep: told, request, facts, runs, now };
}

/**
 * Runs among these that still have something: a worktree, a folder, a branch or a ref that nobody would know of without them.
 * @throws OrchestraError as `planRunCleanup`
 */
export async function uncleanedRuns(
  parts: CleanupParts,
  runIds: ReadonlySet<string>,
): Promise<ReadonlyMap<string, readonly Thing[]>> {
  const runs = (await workspaceRuns(parts.journal)).filter(({ row }) => runIds.has(row.id));
  const { remove, keep } = planCleanup(await cleanupFacts(parts, runs), { olderThanMs: 0, force: true }, Date.now());
  return Map.groupBy([...remove, ...keep], ({ runId }) => runId);
}

/**
 * Carries a plan out in its order. Nobody goes on with a run while its things go, and each is looked at again right before.
 * Can be ended at any moment and done again.
 */
export async function cleanUp({ journal, env }: CleanupParts, plan: PlannedCleanup): Promise<CleanedUp> {
  const { request, facts, remove } = plan;
  const remover = new Remover({ git: new Git({ env }), runs: facts.runs, request });
  const owners = new Owners(journal);
  const removed: Removal[] = [];
  const left: Kept[] = [];
  let hasFailed = false;
  try {
    for (const thing of remove) {
      const reason = (await owners.reasonOf(thing.runId)) ?? (await remover.remove(thing).catch(failure));
      if (reason === undefined) removed.push(thing);
      else left.push({ ...thing, reason: typeof reason === 'string' ? reason : reason.message });
      hasFailed ||= typeof reason === 'object';
    }
    failpoint('cleanup:folders-left');
    for (const { row, folder } of tidied(plan)) {
      if ((await owners.reasonOf(row.id)) === undefined) await tidyRunFolder(folder);
    }
  } finally {
    await owners.release();
  }
  return { removed, left, hasFailed };
}

/** One repository that is in a bad way keeps nobody from cleaning up the others. */
function failure(thrown: unknown): { readonly message: string } {
  if (!(thrown instanceof OrchestraError)) throw thrown;
  return { message: `it cannot be removed: ${messageOf(thrown)}` };
}

/** Folders of runs whose things may go, whether they have any left or not. */
function tidied({
  runs,
  facts,
  request,
  now,
}: PlannedCleanup): readonly { readonly row: RunRow; readonly folder: string }[] {
  const over = new Set(
    facts.runs.filter((run) => reasonOfRun(run, request, now) === undefined).map((run) => run.runId),
  );
  return runs.flatMap(({ row, plan: { folder } }) => (over.has(row.id) && existsSync(folder) ? [{ row, folder }] : []));
}

/** Keeps runs from being gone on with, from when they are first asked about until `release`. */
class Owners {
  readonly #journal: CleanupParts['journal'];
  readonly #leases: Lease[] = [];
  readonly #reasons = new Map<string, Promise<string | undefined>>();

  constructor(journal: CleanupParts['journal']) {
    this.#journal = journal;
  }

  /** Why nothing of a run may go now. */
  reasonOf(runId: string): Promise<string | undefined> {
    const known = this.#reasons.get(runId) ?? this.#take(runId);
    this.#reasons.set(runId, known);
    return known;
  }

  async release(): Promise<void> {
    for (const lease of this.#leases) await this.#journal.release(lease);
  }

  async #take(runId: string): Promise<string | undefined> {
    try {
      this.#leases.push(await this.#journal.acquire(runId, thisProcess()));
    } catch (thrown) {
      if (thrown instanceof OrchestraError && thrown.code === 'RUN_HELD') return thrown.message;
      throw thrown;
    }
    const row = await this.#journal.run(runId);
    return row && finalStates.has(row.state) ? undefined : 'its run goes on again';
  }
}

import type { CleanupFacts, CleanupRequest, RecordedRun } from './cleanup-facts.ts';
import type { CleanupPlan, Kept, Removal } from './cleanup-plan.ts';
import { foundWorktrees, namedThings, runsOfRef, type Named, type NamedThings } from './named-things.ts';
import { planBranches, runIdOf } from './plan-branches.ts';
import { forkThatStays, reasonOfNames, reasonOfRun, reasonOfWorktree } from './reasons-to-keep.ts';
import { strays } from './strays.ts';

/**
 * What may go of the folders, branches and refs that runs made. Only what a journal names is ever removed; what only looks
 * like it is listed. A branch whose commits are found nowhere else survives unless forced.
 * @param now milliseconds since the epoch
 */
export function planCleanup(facts: CleanupFacts, request: CleanupRequest, now: number): CleanupPlan {
  const named = namedThings(facts.runs);
  const worktrees = planWorktrees(facts, named, request, now);
  const folders = planFolders(facts, named, request, now);
  const removedPaths = new Set(worktrees.remove.flatMap((each) => ('path' in each ? [each.path] : [])));
  const branches = planBranches(facts, named, removedPaths, request, now);
  const kept = [...worktrees.keep, ...folders.keep, ...branches.keep];
  const refs = planRefs(facts, kept, request, now);
  return {
    remove: [...worktrees.remove, ...folders.remove, ...branches.remove, ...refs.remove],
    keep: [...kept, ...refs.keep],
    ...strays(facts, named),
  };
}

interface PartOfPlan {
  readonly remove: readonly Removal[];
  readonly keep: readonly Kept[];
}

function planWorktrees(facts: CleanupFacts, things: NamedThings, request: CleanupRequest, now: number): PartOfPlan {
  return divided(
    foundWorktrees(facts).flatMap(({ repository, worktree }) => {
      const named = things.worktrees.get(worktree.path);
      if (!named) return [];
      const { path } = worktree;
      const reason = reasonOfNames(named, request, now) ?? reasonOfWorktree(worktree, named, request.force);
      return [{ thing: { kind: 'worktree', runId: runIdOf(named), repository: repository.path, path }, reason }];
    }),
  );
}

/** Folders that no repository has as a worktree: copies, and what was taken out of its repository by hand. */
function planFolders(facts: CleanupFacts, things: NamedThings, request: CleanupRequest, now: number): PartOfPlan {
  const known = new Set(foundWorktrees(facts).map(({ worktree }) => worktree.path));
  return divided(
    facts.folders.flatMap((path) => {
      const named = things.worktrees.get(path);
      if (!named || known.has(path)) return [];
      const isCopy = named.places.every(({ branch }) => branch === undefined);
      const unknown = isCopy || request.force ? undefined : whyUnknown(named, facts);
      return [
        {
          thing: { kind: 'folder', runId: runIdOf(named), path },
          reason: reasonOfNames(named, request, now) ?? unknown,
        },
      ];
    }),
  );
}

function whyUnknown({ places }: Named, { repositories }: CleanupFacts): string {
  const gone = places.find((place) => repositories.every(({ path }) => path !== place.repository));
  return gone ? `its repository, ${gone.repository}, is gone` : 'its repository does not know it any more';
}

/** What a rewind left, what was not committed, what was pushed last: gone with the last thing of their run in the repository. */
function planRefs(
  { repositories, runs }: CleanupFacts,
  kept: readonly Kept[],
  request: CleanupRequest,
  now: number,
): PartOfPlan {
  const reasonOf = (run: RecordedRun, path: string): string | undefined => {
    const isNeeded = kept.some((each) => each.runId === run.runId && 'repository' in each && each.repository === path);
    const fork = forkThatStays(run, runs, request, now);
    return (
      reasonOfRun(run, request, now) ??
      (isNeeded ? 'other things of its run stay' : fork && `${fork.runId} was forked from its run`)
    );
  };
  return divided(
    repositories.flatMap(({ path, ownRefs }) =>
      ownRefs.flatMap((name) => {
        const naming = runsOfRef(name, path, runs);
        const runId = naming.at(-1)?.runId;
        if (runId === undefined) return [];
        const reason = naming.map((run) => reasonOf(run, path)).find((each) => each !== undefined);
        return [{ thing: { kind: 'ref', runId, repository: path, name }, reason }];
      }),
    ),
  );
}

interface Decided {
  readonly thing: Removal;
  readonly reason: string | undefined;
}

function divided(things: readonly Decided[]): PartOfPlan {
  return {
    remove: things.flatMap(({ thing, reason }) => (reason === undefined ? [thing] : [])),
    keep: things.flatMap(({ thing, reason }) => (reason === undefined ? [] : [{ ...thing, reason }])),
  };
}

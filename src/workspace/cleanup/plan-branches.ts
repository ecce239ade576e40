import type { CleanupFacts, CleanupRequest, FoundBranch, FoundRepository, FoundWorktree } from './cleanup-facts.ts';
import type { Kept, Removal } from './cleanup-plan.ts';
import { branchKey, type Named, type NamedThings } from './named-things.ts';
import { reasonOfNames } from './reasons-to-keep.ts';

interface NamedBranch {
  readonly repository: FoundRepository;
  readonly branch: FoundBranch;
  readonly named: Named;
}

/**
 * Which branches of runs go. One after the other, that of a run behind those of its fan-outs: as each goes only while another
 * ref holds its commits, all of them are held by something in the end.
 * @param removedWorktrees paths
 */
export function planBranches(
  { repositories }: CleanupFacts,
  { branches }: NamedThings,
  removedWorktrees: ReadonlySet<string>,
  request: CleanupRequest,
  now: number,
): { readonly remove: readonly Removal[]; readonly keep: readonly Kept[] } {
  const remove: Removal[] = [];
  const keep: Kept[] = [];
  for (const repository of repositories) {
    const gone = new Set<string>();
    for (const { branch, named } of inOrder(repository, branches)) {
      const { name, head } = branch;
      const thing = { kind: 'branch', runId: runIdOf(named), repository: repository.path, name, head } as const;
      const reason =
        reasonOfNames(named, request, now) ??
        checkedOut(repository, name, removedWorktrees) ??
        (request.force ? undefined : onlyHolder(branch, gone));
      if (reason === undefined) {
        remove.push(thing);
        gone.add(`refs/heads/${name}`);
      } else keep.push({ ...thing, reason });
    }
  }
  return { remove, keep };
}

/** The newest run that names it: the one it was last made for. */
export function runIdOf({ runs }: Named): string {
  return runs.at(-1)?.runId ?? '';
}

function inOrder(repository: FoundRepository, branches: NamedThings['branches']): readonly NamedBranch[] {
  const known = repository.branches.flatMap((branch): readonly NamedBranch[] => {
    const named = branches.get(branchKey(repository.path, branch.name));
    return named ? [{ repository, branch, named }] : [];
  });
  const isOwn = ({ named }: NamedBranch): boolean => named.places.some(({ scope }) => scope === '');
  return [...known.filter((each) => !isOwn(each)), ...known.filter(isOwn)];
}

/** @param removed paths of worktrees that are out of the way by then */
export function checkedOut(
  { worktrees }: { readonly worktrees: readonly Pick<FoundWorktree, 'path' | 'branch'>[] },
  name: string,
  removed: ReadonlySet<string>,
): string | undefined {
  const user = worktrees.find(({ path, branch }) => branch === name && !removed.has(path));
  return user && `it is checked out in ${user.path}`;
}

/**
 * Why a branch stays for the sake of its commits. Our own refs hold commits only as long as the run is there.
 * @param gone full names of refs that are removed by then
 */
export function onlyHolder({ heldBy }: Pick<FoundBranch, 'heldBy'>, gone: ReadonlySet<string>): string | undefined {
  const isHeld = heldBy.some((ref) => !gone.has(ref) && !ref.startsWith('refs/orchestra/'));
  return isHeld ? undefined : 'it holds commits that are found nowhere else (merge or push it)';
}

import type { CleanupFacts, FoundRepository, FoundWorktree, RecordedPlace, RecordedRun } from './cleanup-facts.ts';

/** A path or a branch that journals name, with every run that does: a fork may name what its source made. */
export interface Named {
  readonly runs: readonly RecordedRun[];
  readonly places: readonly RecordedPlace[];
}

/** Things by what identifies them. */
export interface NamedThings {
  /** By path. */
  readonly worktrees: ReadonlyMap<string, Named>;
  /** By `branchKey`. */
  readonly branches: ReadonlyMap<string, Named>;
}

export function namedThings(runs: readonly RecordedRun[]): NamedThings {
  const worktrees = new Map<string, Named>();
  const branches = new Map<string, Named>();
  for (const run of runs) {
    for (const place of run.places) {
      add(worktrees, place.worktree, run, place);
      if (place.branch !== undefined) add(branches, branchKey(place.repository, place.branch), run, place);
    }
  }
  return { worktrees, branches };
}

export function branchKey(repository: string, branch: string): string {
  return JSON.stringify([repository, branch]);
}

function add(things: Map<string, Named>, key: string, run: RecordedRun, place: RecordedPlace): void {
  const known = things.get(key);
  things.set(key, { runs: [...(known?.runs ?? []), run], places: [...(known?.places ?? []), place] });
}

/** The run of `refs/orchestra/<pipeline>/<run>/...`. */
export function runOfRef(ref: string): string {
  return ref.split('/')[3] ?? '';
}

/** All worktrees that are found, with their repositories. */
export function foundWorktrees({
  repositories,
}: CleanupFacts): readonly { readonly repository: FoundRepository; readonly worktree: FoundWorktree }[] {
  return repositories.flatMap((repository) => repository.worktrees.map((worktree) => ({ repository, worktree })));
}

import type { RunWeight } from '../engine/ports/journal-upkeep.ts';

/** Which of some runs can be removed, as forks stand on the turns of their source. */
export interface Removable<Run> {
  /** In an order in which every run comes after its forks. */
  readonly runs: readonly Run[];
  /** Runs that stay, with the forks they stay for. */
  readonly needed: readonly { readonly run: Run; readonly forks: readonly string[] }[];
}

/** Sorts runs that shall go: those whose forks go too, after them, and those that forks outside still need. */
export function forksFirst<Run>(runs: readonly Run[], weightOf: (run: Run) => RunWeight): Removable<Run> {
  const gone = new Set<string>();
  const sorted: Run[] = [];
  let left = runs;
  for (let found = true; found;) {
    const free = left.filter((run) => weightOf(run).forks.every((fork) => gone.has(fork)));
    for (const run of free) for (const id of weightOf(run).tree) gone.add(id);
    sorted.push(...free);
    left = left.filter((run) => !free.includes(run));
    found = free.length > 0;
  }
  const needed = left.map((run) => ({ run, forks: weightOf(run).forks.filter((fork) => !gone.has(fork)) }));
  return { runs: sorted, needed };
}

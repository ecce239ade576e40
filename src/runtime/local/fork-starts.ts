import type { Journal, RunRow } from '../../engine/ports/journal.ts';

/** Where a run begins to go its own way. */
export interface ForkStart {
  /** The run it has turns from. */
  readonly source: string;
  /** The last turn it has from another run. */
  readonly turn: number;
  /** When it was forked: milliseconds since the epoch. */
  readonly at: number;
}

export interface Ancestry {
  /** When the run began that all of them go back to. */
  readonly begunAt: number;
  /** Of the run, and before that of what it was forked from, oldest first. */
  readonly forks: readonly ForkStart[];
}

export async function ancestryOf(journal: Pick<Journal, 'run'>, row: RunRow): Promise<Ancestry> {
  const forks: ForkStart[] = [];
  let begunAt = row.at;
  for (let at: RunRow | undefined = row; at; at = at.forkOf && (await journal.run(at.forkOf.runId))) {
    begunAt = at.at;
    if (at.forkOf) forks.unshift({ source: at.forkOf.runId, turn: at.forkOf.turn, at: at.at });
  }
  return { begunAt, forks };
}

/**
 * When the run was forked that does what comes next; 0 where that never was.
 * @param next number of the recorded turn that tells of it; undefined where it is done now
 */
export function clockStartOf({ forks }: Ancestry, next: number | undefined): number {
  return forks.findLast(({ turn }) => next === undefined || next > turn)?.at ?? 0;
}

import type { Journal, RunRow } from '../../engine/ports/journal.ts';

/** Turns of its past that a run was returned to with its folders: where it, or what it was forked from, forked or went back. */
export async function returnsOf(journal: Journal, row: RunRow): Promise<readonly number[]> {
  const returns: number[] = [];
  let upToSeq = Number.MAX_SAFE_INTEGER;
  for (let at: RunRow | undefined = row; at; at = at.forkOf && (await journal.run(at.forkOf.runId))) {
    for (const { to, by } of at.rewinds ?? []) if (by <= upToSeq) returns.push(to);
    if (!at.forkOf) break;
    upToSeq = Math.min(upToSeq, at.forkOf.turn);
    returns.push(upToSeq);
  }
  return returns;
}

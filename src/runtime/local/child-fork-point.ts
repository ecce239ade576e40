import type { ForkPoint, Journal } from '../../engine/ports/journal.ts';

const noPayload: ReadonlySet<string> = new Set();

/**
 * Where a child is forked so that it goes on from what it was at a turn of its parent: its own last turn up to there.
 * Undefined where it had not begun.
 */
export async function childForkPoint(
  journal: Pick<Journal, 'run' | 'turns'>,
  { runId, turn }: ForkPoint,
): Promise<ForkPoint | undefined> {
  // A parent that was killed may not have come to creating it.
  if (!(await journal.run(runId))) return undefined;
  let last: number | undefined;
  for await (const { seq } of journal.turns(runId, { upToSeq: turn, payloadsOf: noPayload })) last = seq;
  return last === undefined ? undefined : { runId, turn: last };
}

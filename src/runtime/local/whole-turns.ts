import type { Turn } from '../../engine/ports/journal.ts';

/** Behind these, the files of a step are in a commit or a snapshot. */
const kept: ReadonlySet<string> = new Set(['AgentTurnCompleted', 'WorkspaceSnapshotRecorded', 'WorktreeMerged']);

/**
 * What an operation has told, without what it was in the middle of when its run was returned to a turn: files go back to
 * where they were last kept, so whatever was done to them since is to be done again.
 * @param told turns of the operation, oldest first
 * @param returns numbers of the turns its run was returned to
 */
export function withoutBrokenTurns(told: readonly Turn[], returns: readonly number[]): readonly Turn[] {
  const dropped = returns.flatMap((to) => {
    const before = told.filter(({ seq }) => seq <= to);
    return before.slice(before.findLastIndex(({ type }) => kept.has(type)) + 1);
  });
  const seqs = new Set(dropped.map(({ seq }) => seq));
  return told.filter(({ seq }) => !seqs.has(seq));
}

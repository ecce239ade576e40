import { finalStates } from '../../contract/run.ts';
import type { Journal, LeaseHolder, RunRow } from '../../engine/ports/journal.ts';
import { endLeftovers } from './leftovers.ts';
import { readRecord } from './record.ts';

/**
 * Takes a run back to one of its turns. What earlier processes left running, of it and of the runs below it, is ended
 * before: once the way back is recorded, nothing on the path tells of it any more.
 * @throws OrchestraError RUN_HELD, TURN_UNKNOWN, TURN_LEFT_BEHIND
 */
export async function rewindRun(journal: Journal, row: RunRow, toSeq: number, holder: LeaseHolder): Promise<void> {
  const lease = await journal.acquire(row.id, holder);
  try {
    await endProgramsOf(journal, row);
    await journal.rewind(lease, toSeq);
  } finally {
    await journal.release(lease);
  }
}

async function endProgramsOf(journal: Journal, row: RunRow): Promise<void> {
  if (!finalStates.has(row.state)) await endLeftovers(journal, row, await readRecord(journal, row));
  const children = await journal.runs({ parent: row.id, withChildren: true });
  for (const child of children) await endProgramsOf(journal, child);
}

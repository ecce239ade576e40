import type { InboxEntry } from '../../contract/command.ts';
import { finalStates } from '../../contract/run.ts';
import type { Journal, LeaseHolder, RunRow } from '../../engine/ports/journal.ts';
import { endLeftovers } from './leftovers.ts';
import { readRecord } from './record.ts';

/**
 * Takes a run back to one of its turns. What earlier processes left running, of it and of the runs below it, is ended
 * before: once the way back is recorded, nothing on the path tells of it any more.
 * @returns the commands that were sent to them and that nobody had taken: they are void
 * @throws OrchestraError RUN_HELD, TURN_UNKNOWN, TURN_LEFT_BEHIND
 */
export async function rewindRun(
  journal: Journal,
  row: RunRow,
  toSeq: number,
  holder: LeaseHolder,
): Promise<readonly InboxEntry[]> {
  const lease = await journal.acquire(row.id, holder);
  try {
    await endProgramsOf(journal, row);
    const untaken = await untakenOf(journal, row);
    await journal.rewind(lease, toSeq);
    return untaken;
  } finally {
    await journal.release(lease);
  }
}

async function endProgramsOf(journal: Journal, row: RunRow): Promise<void> {
  if (!finalStates.has(row.state)) await endLeftovers(journal, row, await readRecord(journal, row));
  const children = await journal.runs({ parent: row.id, withChildren: true });
  for (const child of children) await endProgramsOf(journal, child);
}

/** A wish that it pauses is none for a run that goes on from elsewhere. */
async function untakenOf(journal: Journal, row: RunRow): Promise<readonly InboxEntry[]> {
  const sent = (await journal.inbox(row.id, 0)).filter(({ command }) => command.kind !== 'pause');
  const takenUpTo = sent.length === 0 ? 0 : (await readRecord(journal, row)).inboxSeq;
  const untaken = sent.filter(({ seq }) => seq > takenUpTo);
  for (const child of await journal.runs({ parent: row.id, withChildren: true }))
    untaken.push(...(await untakenOf(journal, child)));
  return untaken;
}

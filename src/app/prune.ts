import { finalStates } from '../contract/run.ts';
import type { Journal } from '../engine/ports/journal.ts';
import type { Swept } from '../engine/ports/journal-upkeep.ts';
import { messageOf, OrchestraError } from '../shared/errors.ts';
import { failpoint } from '../shared/failpoint.ts';
import { thisProcess } from '../shared/process/identity.ts';
import { removeFolder } from './own-folders.ts';
import { assertUnowned, type PlannedRun, type PruneParts, type PrunePlan } from './prune-plan.ts';

export interface Pruned {
  readonly runs: readonly PlannedRun[];
  readonly blobs: Swept;
  /** By how much the journal's file got smaller. */
  readonly freedBytes: number;
  /** Why the journal's file was not made smaller: the space is used for what comes. */
  readonly notCompacted?: string;
}

/**
 * Takes away what was planned. Can be ended at any moment: a run goes after its folders and before its
 * blobs, so that whatever is left is found by the next one.
 * @throws OrchestraError RUN_HELD, FILE_UNWRITABLE, JOURNAL_NEWER
 */
export async function carryOut({ journal }: PruneParts, plan: PrunePlan): Promise<Pruned> {
  for (const { row, tree, folders } of plan.runs) {
    await assertUnowned(journal, tree);
    // Nobody goes on with it while its folders go, and a journal that takes no changes says so before they do.
    const lease = await journal.acquire(row.id, thisProcess());
    for (const folder of folders) await removeFolder(folder);
    failpoint('prune:directory-removed');
    await journal.release(lease);
    await journal.remove(row.id);
    failpoint('prune:run-removed');
  }
  const blobs = await journal.sweep();
  return { runs: plan.runs, blobs, ...(await compact(journal)) };
}

async function compact(journal: Journal): Promise<Pick<Pruned, 'freedBytes' | 'notCompacted'>> {
  if (await anyOwned(journal)) return { freedBytes: 0, notCompacted: 'a run is being walked' };
  try {
    const { before, after } = await journal.compact();
    return { freedBytes: Math.max(0, before - after) };
  } catch (thrown) {
    // What was to be removed is gone; a disk too full to copy the rest is no reason to say otherwise.
    if (!(thrown instanceof OrchestraError)) throw thrown;
    return { freedBytes: 0, notCompacted: messageOf(thrown) };
  }
}

/** Copying the file would keep whoever walks a run from writing for as long as it takes. */
async function anyOwned(journal: Journal): Promise<boolean> {
  for (const { id, state } of await journal.runs({ withChildren: true })) {
    if (!finalStates.has(state) && (await journal.leaseOf(id))?.alive) return true;
  }
  return false;
}

import type { InboxEntry } from '../contract/command.ts';
import type { Journal, RunRow } from '../engine/ports/journal.ts';
import { rewindRun } from '../runtime/local/rewind.ts';
import { OrchestraError } from '../shared/errors.ts';
import { thisProcess } from '../shared/process/identity.ts';
import { assertCanReturn } from './can-return.ts';
import { ownFolders, removeFolder } from './own-folders.ts';
import { readSettings } from './settings.ts';

interface GoBackParts {
  readonly journal: Journal;
  /** Folder of the project's state. */
  readonly home: string;
}

export interface GoneBack {
  readonly row: RunRow;
  /** What was sent to the run and its children and nobody had taken: it meant what is left behind, and is void. */
  readonly untaken: readonly InboxEntry[];
}

/**
 * Takes a run back to one of its turns, also one that has ended. What it left in folders of the project's state tells of
 * what came after, and goes: it is written anew.
 * @throws OrchestraError TURN_UNKNOWN, TURN_LEFT_BEHIND, RUN_HELD, RUN_IS_REPLAY, RUN_OTHER_VERSION, USAGE for a child run
 */
export async function goBack(row: RunRow, turn: number, { journal, home }: GoBackParts): Promise<GoneBack> {
  assertCanReturn(row, await readSettings(journal, row.settings));
  if (row.parent)
    throw new OrchestraError('USAGE', `run ${row.id} is a child of ${row.parent.runId}, and goes back with it`, {
      hint: `Go on from it in a run of its own with: orchestra replay ${row.id} --at ${turn}`,
    });
  const untaken = await rewindRun(journal, row, turn, thisProcess());
  const [weight] = (await journal.weigh([row.id])).runs;
  for (const id of weight?.tree ?? []) for (const folder of await ownFolders(home, id)) await removeFolder(folder);
  const rewound = await journal.run(row.id);
  if (!rewound) throw new Error(`run ${row.id} vanished`);
  return { row: rewound, untaken };
}

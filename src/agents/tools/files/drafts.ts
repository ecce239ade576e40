import { randomUUID } from 'node:crypto';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { startTimeOf } from '../../../shared/process/identity.ts';

const drafts = /^\.orchestra-(\d+)-[0-9a-f-]{36}\.tmp$/;

/** The name of a file that is to take the place of another one once it is whole. It tells who writes it. */
export function draftName(): string {
  return `.orchestra-${process.pid}-${randomUUID()}.tmp`;
}

/**
 * Removes what processes have left in a folder that died while they wrote there: nobody shall find it, or commit it. What
 * they were about to write is written again, to the same folder.
 */
export async function removeDeadDrafts(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const pid = drafts.exec(name)?.[1];
    if (pid !== undefined && startTimeOf(Number(pid)) === undefined) await rm(join(folder, name), { force: true });
  }
}

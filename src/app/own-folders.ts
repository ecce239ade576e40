import type { Dirent } from 'node:fs';
import { lstat, readdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { OrchestraError, messageOf } from '../shared/errors.ts';

/** Folders of the home that hold one folder for each run, all of it made by Orchestra. */
const kinds = ['runs', 'scratch', 'cxdb'] as const;

/**
 * The folders of a run that are surely ours: they lie in the home under the run's id, no part of the way
 * there leads elsewhere by a symbolic link, and they are no link themselves.
 */
export async function ownFolders(home: string, runId: string): Promise<readonly string[]> {
  if (basename(runId) !== runId || /^\.*$/.test(runId)) return [];
  const found: string[] = [];
  for (const kind of kinds) {
    const folder = join(home, kind, runId);
    if ((await isFolder(join(home, kind))) && (await isFolder(folder))) found.push(folder);
  }
  return found;
}

/** Bytes of the files in a folder, links aside. */
export async function folderSize(folder: string): Promise<number> {
  const entries: readonly Dirent[] = await readdir(folder, { recursive: true, withFileTypes: true });
  let bytes = 0;
  for (const entry of entries) {
    if (entry.isFile()) bytes += (await lstat(join(entry.parentPath, entry.name))).size;
  }
  return bytes;
}

/** Removes a folder with everything in it; of a symbolic link the link. @throws OrchestraError FILE_UNWRITABLE */
export async function removeFolder(folder: string): Promise<void> {
  try {
    await rm(folder, { recursive: true, force: true });
  } catch (cause) {
    throw new OrchestraError('FILE_UNWRITABLE', `${folder} cannot be removed: ${messageOf(cause)}`, {
      cause,
      hint: 'Make it writable, then run `orchestra prune` again.',
    });
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await lstat(path)).isDirectory();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

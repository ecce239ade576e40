import { mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Makes a folder and those above it; nothing where it is there. Node's own recursive mkdir does not come
 * back from a file system that takes no folders and says that what is above them were missing, as /proc
 * does; this throws its error.
 */
export function makeFolders(path: string): void {
  if (isFolder(path)) return;
  try {
    mkdirSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT' || dirname(path) === path) return unlessMade(path, error);
    makeFolders(dirname(path));
    makeLast(path);
  }
}

function makeLast(path: string): void {
  try {
    mkdirSync(path);
  } catch (error) {
    unlessMade(path, error);
  }
}

/** Another process may have been quicker. */
function unlessMade(path: string, error: unknown): void {
  if (!isFolder(path)) throw error;
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    // What cannot be looked at cannot be made either, and says why.
    return false;
  }
}

import { access, constants, mkdir, readFile, writeFile } from 'node:fs/promises';
import { messageOf, OrchestraError } from '../shared/errors.ts';

/**
 * The text of a file the user named.
 * @param shownPath the path as the user wrote it
 * @throws OrchestraError FILE_UNREADABLE
 */
export async function readTextFile(path: string, shownPath = path): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new OrchestraError('FILE_UNREADABLE', `${shownPath} cannot be read: ${problemOf(cause)}`, { cause });
  }
}

/** Writes a file the user asked for. @throws OrchestraError FILE_UNWRITABLE */
export async function writeTextFile(path: string, text: string): Promise<void> {
  await writable(path, () => writeFile(path, text));
}

/** Makes a folder the user asked for, and finds out whether files can be made in it. @throws OrchestraError FILE_UNWRITABLE */
export async function makeFolder(path: string): Promise<void> {
  await writable(path, async () => {
    await mkdir(path, { recursive: true });
    await access(path, constants.W_OK);
  });
}

async function writable(path: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (cause) {
    throw new OrchestraError('FILE_UNWRITABLE', `${path} cannot be written: ${problemOf(cause)}`, { cause });
  }
}

function problemOf(cause: unknown): string {
  switch ((cause as NodeJS.ErrnoException).code) {
    case 'ENOENT':
      return 'it does not exist';
    case 'EISDIR':
      return 'it is a folder';
    case 'EEXIST':
    case 'ENOTDIR':
      return 'a file is in the way';
    case 'EACCES':
    case 'EPERM':
      return 'permission is missing';
    default:
      return messageOf(cause);
  }
}

import { readFile } from 'node:fs/promises';
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
    throw new OrchestraError('FILE_UNREADABLE', `${shownPath} ${problemOf(cause)}`, { cause });
  }
}

function problemOf(cause: unknown): string {
  switch ((cause as NodeJS.ErrnoException).code) {
    case 'ENOENT':
      return 'does not exist';
    case 'EISDIR':
      return 'is a folder';
    case 'EACCES':
      return 'may not be read by you';
    default:
      return `cannot be read: ${messageOf(cause)}`;
  }
}

import { access, constants, readFile, writeFile } from 'node:fs/promises';
import { messageOf, OrchestraError } from '../shared/errors.ts';
import { makeFolders } from '../shared/make-folders.ts';

/**
 * The text of a file the user named.
 * @param shownPath the path as the user wrote it
 * @throws OrchestraError FILE_UNREADABLE
 */
export async function readTextFile(path: string, shownPath = path): Promise<string> {
  return (await readBytes(path, shownPath)).toString('utf8');
}

/** The same file as it is. @throws OrchestraError FILE_UNREADABLE */
export async function readBytes(path: string, shownPath = path): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    const hint = isAbsent(cause) ? await fileMeant(path, shownPath) : undefined;
    throw new OrchestraError('FILE_UNREADABLE', `${shownPath} cannot be read: ${problemOf(cause)}`, {
      cause,
      ...(hint === undefined ? {} : { hint }),
    });
  }
}

async function fileMeant(path: string, shownPath: string): Promise<string | undefined> {
  const { similarFile } = await import('./similar-file.ts');
  const near = await similarFile(path, shownPath);
  return near === undefined ? undefined : `Did you mean \`${near}\`?`;
}

function isAbsent(cause: unknown): boolean {
  return (cause as NodeJS.ErrnoException).code === 'ENOENT';
}

/** Writes a file the user asked for. @throws OrchestraError FILE_UNWRITABLE */
export async function writeTextFile(path: string, text: string): Promise<void> {
  await writable(path, () => writeFile(path, text));
}

/** Makes a folder the user asked for, and finds out whether files can be made in it. @throws OrchestraError FILE_UNWRITABLE */
export async function makeFolder(path: string): Promise<void> {
  await writable(path, async () => {
    makeFolders(path);
    await access(path, constants.W_OK);
  });
}

/** Does what writes a file, and tells what is in the way. @throws OrchestraError FILE_UNWRITABLE */
export async function writable(path: string, write: () => Promise<void>): Promise<void> {
  try {
    await write();
  } catch (cause) {
    if (cause instanceof OrchestraError) throw cause;
    // What is missing was to be made: where that fails, the place takes nothing.
    const isMissing = (cause as NodeJS.ErrnoException).code === 'ENOENT';
    const problem = isMissing ? 'nothing can be made there' : problemOf(cause);
    throw new OrchestraError('FILE_UNWRITABLE', `${path} cannot be written: ${problem}`, { cause });
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

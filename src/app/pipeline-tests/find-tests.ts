import { glob, stat } from 'node:fs/promises';
import { join, normalize, resolve } from 'node:path';
import { OrchestraError } from '../../shared/errors.ts';

const pattern = '**/*.test.{yaml,yml}';

/** Folders that hold other people's files, or ours. */
const foreign: ReadonlySet<string> = new Set(['node_modules', '.git', '.orchestra']);

/**
 * The test files that the user's words mean: files as they are, of folders all `*.test.yaml` below them.
 * @returns paths as the user would write them, sorted
 * @throws OrchestraError FILE_UNREADABLE for what is neither
 */
export async function findTests(cwd: string, words: readonly string[]): Promise<readonly string[]> {
  const found = new Set<string>();
  for (const word of words) {
    if (!(await isFolder(resolve(cwd, word), word))) found.add(normalize(word));
    else for (const file of await testsBelow(resolve(cwd, word))) found.add(join(word, file));
  }
  return [...found].toSorted((one, other) => (one < other ? -1 : 1));
}

function testsBelow(folder: string): Promise<readonly string[]> {
  return Array.fromAsync(glob(pattern, { cwd: folder, exclude: (name) => foreign.has(name) }));
}

async function isFolder(path: string, word: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (cause) {
    throw new OrchestraError('FILE_UNREADABLE', `${word} is neither a file nor a folder`, { cause });
  }
}

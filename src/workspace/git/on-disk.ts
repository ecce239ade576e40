import { lstat } from 'node:fs/promises';
import type { Git } from './git.ts';
import { withOwnIndex } from './own-index.ts';
import { indexInfo, isGone, splitAtNul, type TreeEntry } from './tree-entry.ts';

/**
 * Those entries whose file in the folder is theirs: the same content and mode, or gone like them. Git compares, as the form of
 * a file on disk may be another than in the repository.
 */
export async function entriesOnDisk(
  git: Git,
  folder: string,
  entries: readonly TreeEntry[],
): Promise<readonly TreeEntry[]> {
  const differ = new Set((await changedOf(git, folder, entries)).map((path) => path.toString('latin1')));
  const isSame = async (entry: TreeEntry): Promise<boolean> =>
    isGone(entry) ? isAbsent(folder, entry.path) : !differ.has(entry.path.toString('latin1'));
  const same = await Promise.all(entries.map(isSame));
  return entries.filter((_, index) => same[index] === true);
}

async function changedOf(git: Git, folder: string, entries: readonly TreeEntry[]): Promise<readonly Buffer[]> {
  return withOwnIndex(git, folder, async (env) => {
    const input = indexInfo(entries.filter((entry) => !isGone(entry)));
    await git.text(['update-index', '-z', '--index-info'], { cwd: folder, env, input });
    await git.run(['update-index', '-q', '--refresh'], { cwd: folder, env }); // fails where something differs
    return splitAtNul(await git.bytes(['diff-files', '-z', '--name-only'], { cwd: folder, env }));
  });
}

async function isAbsent(folder: string, path: Buffer): Promise<boolean> {
  return lstat(inFolder(folder, path)).then(
    () => false,
    () => true,
  );
}

/** A path below a folder, in bytes. */
export function inFolder(folder: string, path: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${folder}/`), path]);
}

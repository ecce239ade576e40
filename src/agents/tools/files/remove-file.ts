import { lstat, unlink } from 'node:fs/promises';
import { ToolProblem, type ToolFileChange } from '../tool.ts';
import { onFile } from './file-problem.ts';
import { inHeldFolder } from './held-folder.ts';
import { assertNobodysFolder } from './owned-folders.ts';
import type { Place } from './place.ts';

/**
 * Removes a file of the working folder; undefined where there is none.
 * @throws ToolProblem for folders, and in folders that belong to others
 */
export function removeFile(place: Place): Promise<ToolFileChange | undefined> {
  return onFile(place.name, async () => {
    assertNobodysFolder(place);
    try {
      await inHeldFolder(place, async (path) => {
        if ((await lstat(path)).isDirectory()) throw new ToolProblem(`${place.name} is a folder.`);
        await unlink(path);
      });
    } catch (thrown) {
      if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return undefined;
      throw thrown;
    }
    return { path: place.name, change: 'deleted' };
  });
}

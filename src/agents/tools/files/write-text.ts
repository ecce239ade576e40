import { access, constants, lstat, mkdir, open, rename, rm } from 'node:fs/promises';
import type { Stats } from 'node:fs';
import { dirname, join } from 'node:path';
import { ToolProblem, type ToolFileChange } from '../tool.ts';
import { draftName, removeDeadDrafts } from './drafts.ts';
import { onFile } from './file-problem.ts';
import { inHeldFolder } from './held-folder.ts';
import { assertNobodysFolder } from './owned-folders.ts';
import type { Place } from './place.ts';

/**
 * Gives a file of the working folder a new text, whole or not at all, and makes the folders it stands in. Mode stays.
 * @throws ToolProblem for what is no ordinary file, for files nobody may write, and in folders that belong to others
 */
export function writeText(place: Place, text: string): Promise<ToolFileChange> {
  return onFile(place.name, async () => {
    assertNobodysFolder(place);
    await mkdir(dirname(place.path), { recursive: true });
    const before = await inHeldFolder(place, (path) => replace(path, place.name, text));
    return { path: place.name, change: before ? 'modified' : 'created' };
  });
}

/** What stood there before; undefined where nothing did. */
async function replace(path: string, name: string, text: string): Promise<Stats | undefined> {
  const before = await ordinaryFile(path, name);
  const folder = dirname(path);
  const draft = join(folder, draftName());
  try {
    await removeDeadDrafts(folder);
    const file = await open(draft, 'wx', 0o666);
    try {
      await file.writeFile(text);
      if (before) await file.chmod(before.mode & 0o7777);
    } finally {
      await file.close();
    }
    // Takes the place of the name itself: a link that was put there meanwhile is replaced, not followed.
    await rename(draft, path);
  } catch (thrown) {
    await rm(draft, { force: true });
    throw thrown;
  }
  return before;
}

async function ordinaryFile(path: string, name: string): Promise<Stats | undefined> {
  let found: Stats;
  try {
    found = await lstat(path);
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return undefined;
    throw thrown;
  }
  if (found.isDirectory()) throw new ToolProblem(`${name} is a folder.`);
  if (!found.isFile()) throw new ToolProblem(`${name} is no ordinary file.`);
  // Its folder alone decides whether it can be replaced; a file that is not to be written stays all the same.
  await access(path, constants.W_OK);
  return found;
}

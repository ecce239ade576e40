import { readdir, rename, rm, rmdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { realFolder } from '../git/repository.ts';
import { setUpPrefix } from '../session/branch-folders.ts';

/** Runs of any project have such ids; other folders beside theirs are nobody's here. */
const runId = /^\d{8}-\d{6}-[0-9a-f]{6}$/;

/** Begins the name of a folder that is on its way out; no repository's does, as names of their folders begin with no dot. */
const removed = '.removed-';

/** Folders of repositories below folders of runs: `<home>/<run>/<branch>/<repository>`. Links are not followed. */
export async function foldersBelow(homes: readonly string[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const home of homes) {
    const runs = (await foldersIn(home)).filter((path) => runId.test(basename(path)));
    const branches = (await Promise.all(runs.map(foldersIn))).flat();
    found.push(...(await Promise.all(branches.map(foldersIn))).flat());
  }
  return found;
}

/**
 * Removes a folder so that it is there whole or not at all, whenever this is ended: what is left of it then has another name,
 * by which `tidyRunFolder` finds it.
 * @param between done while it is out of the way and not removed yet
 */
export async function removeWhole(folder: string, between: () => Promise<void> = async () => undefined): Promise<void> {
  const aside = join(dirname(folder), `${removed}${basename(folder)}`);
  await rm(aside, { recursive: true, force: true });
  await rename(folder, aside).catch(unless('ENOENT'));
  await between();
  await rm(aside, { recursive: true, force: true });
}

/** What is left in the folder of a run, where nothing is left that could be anybody's: marks of ours, and empty folders. */
export async function tidyRunFolder(folder: string): Promise<void> {
  // Behind a link it is somebody else's.
  if ((await realFolder(folder)) !== folder) return;
  for (const branch of await foldersIn(folder)) {
    const names = await readdir(branch);
    const isOurs = (name: string): boolean =>
      name.startsWith(removed) || (name.startsWith(setUpPrefix) && !names.includes(name.slice(setUpPrefix.length)));
    for (const name of names.filter(isOurs)) await rm(join(branch, name), { recursive: true, force: true });
    await removeEmpty(branch);
  }
  await removeEmpty(folder);
}

async function removeEmpty(folder: string): Promise<void> {
  await rmdir(folder).catch(unless('ENOTEMPTY', 'EEXIST', 'ENOENT'));
}

/** Those that are no links, with names without a dot before them. */
async function foldersIn(folder: string): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(unless('ENOENT', 'ENOTDIR'));
  const folders = (entries ?? []).filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'));
  return folders.map(({ name }) => join(folder, name));
}

function unless(...codes: readonly string[]): (error: unknown) => undefined {
  return (error) => {
    if (!(error instanceof Error && 'code' in error && codes.includes(String(error.code)))) throw error;
  };
}

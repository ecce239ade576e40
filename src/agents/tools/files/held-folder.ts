import { constants, open, readlink, realpath } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ToolProblem } from '../tool.ts';
import { isInside, leadsOut, type Place } from './place.ts';

/**
 * Works on a file by a path that nobody can bend any more: the folder it stands in is opened and looked at once more, and on
 * Linux reached through the open descriptor, whatever is put in the place of its name meanwhile. Elsewhere the time
 * between look and use is short, not none. `work` opens without following a link (O_NOFOLLOW).
 */
export async function inHeldFolder<T>(place: Place, work: (path: string) => Promise<T>): Promise<T> {
  if (place.path === place.root) throw new ToolProblem('. is the working folder itself, not a file.');
  const folder = dirname(place.path);
  const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW } = constants;
  const held = await open(folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
  try {
    const entry = process.platform === 'linux' ? `/proc/self/fd/${held.fd}` : folder;
    const real = process.platform === 'linux' ? await readlink(entry) : await realpath(folder);
    if (!isInside(place.root, real)) throw leadsOut(place.name);
    return await work(join(entry, basename(place.path)));
  } finally {
    await held.close();
  }
}

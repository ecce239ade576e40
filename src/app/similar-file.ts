import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { nearest } from '../language/scan/nearest.ts';

/**
 * The file or folder that a path which leads nowhere probably means, in the form it was written in;
 * undefined where none beside it has a similar name.
 * @param path absolute
 * @param shownPath the path as the user wrote it
 */
export async function similarFile(path: string, shownPath: string): Promise<string | undefined> {
  // Without its folder nothing beside it can be meant.
  const names = await readdir(dirname(path)).catch(() => []);
  const near = nearest(basename(path), names);
  if (near === undefined) return undefined;
  const folder = dirname(shownPath);
  return folder === '.' ? near : join(folder, near);
}

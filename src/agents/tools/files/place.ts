import { lstat, realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { ToolProblem } from '../tool.ts';

/** A file or folder of the working folder, there or yet to be made, with all links followed. */
export interface Place {
  /** The working folder, without links. */
  readonly root: string;
  /** Absolute, without links. */
  readonly path: string;
  /** Relative to the working folder, `.` for itself: how people and models call it. */
  readonly name: string;
}

/**
 * The place a path names, relative to the working folder or absolute. Where it really lies counts, not how it is written:
 * links may lead around inside and never out, and neither may links to what is not there.
 * @throws ToolProblem for a path that leads out of the working folder
 */
export async function placeIn(folder: string, path: string): Promise<Place> {
  if (path.includes('\0')) throw new ToolProblem('A path cannot hold the character NUL.');
  const root = await realpath(folder);
  const real = await realPathOf(resolve(folder, path), path);
  if (!isInside(root, real)) throw leadsOut(path);
  return { root, path: real, name: relative(root, real) || '.' };
}

export function leadsOut(path: string): ToolProblem {
  return new ToolProblem(`${path} leads out of the working folder.`);
}

/** Whether an absolute path is a folder or lies in it; both without links. */
export function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/** Follows links as far as the path exists; what does not exist holds none. */
async function realPathOf(path: string, written: string): Promise<string> {
  const missing: string[] = [];
  let at = path;
  while (!(await exists(at, written))) {
    missing.unshift(basename(at));
    at = dirname(at);
  }
  try {
    return join(await realpath(at), ...missing);
  } catch (thrown) {
    throw new ToolProblem(`${written} is a link that leads nowhere.`, { cause: thrown });
  }
}

async function exists(path: string, written: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return false;
    throw new ToolProblem(`${written} cannot be looked at (${String(code)}).`, { cause: thrown });
  }
}

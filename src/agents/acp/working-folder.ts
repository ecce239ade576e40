import { lstat, realpath } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';

/** A file of the working folder, there or yet to be made, with all links followed. */
export interface Place {
  /** Absolute, without links. */
  readonly path: string;
  /** `false` inside `.git`, from where programs are run. */
  readonly mayChange: boolean;
}

/**
 * The place a path names. Where it really lies counts, not how it is written: links may lead around inside the folder. Undefined
 * for everything outside, and for what cannot be told, as a link to nothing.
 */
export async function placeOf(folder: string, path: string): Promise<Place | undefined> {
  if (path.includes('\0')) return undefined;
  const [root, real] = await Promise.all([realpath(folder), realPathOf(resolve(folder, path))]);
  if (real === undefined) return undefined;
  const inside = relative(root, real);
  if (inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)) return undefined;
  return { path: real, mayChange: !inside.split(sep).some((part) => part.toLowerCase() === '.git') };
}

/** Follows links as far as the path exists; what does not exist holds none. */
async function realPathOf(path: string): Promise<string | undefined> {
  const missing: string[] = [];
  let at = path;
  while (!(await exists(at))) {
    missing.unshift(basename(at));
    at = dirname(at);
  }
  return realpath(at).then(
    (real) => join(real, ...missing),
    () => undefined, // a link that leads nowhere, or in a circle
  );
}

function exists(path: string): Promise<boolean> {
  return lstat(path).then(
    () => true,
    (error: unknown) => !isMissing(error),
  );
}

/** Whether the system says that something is not there. */
export function isMissing(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(codeOf(error) ?? '');
}

/** The code of an error of the system. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

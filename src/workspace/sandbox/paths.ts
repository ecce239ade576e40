import { lstat, realpath } from 'node:fs/promises';
import { isAbsolute, join, resolve, sep } from 'node:path';

/** Whether a path is the folder or lies in it. Both absolute. */
export function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`);
}

/** A path as users write it: below HOME with `~/`, else from the working folder. */
export function expandPath(path: string, { home, cwd }: { readonly home: string; readonly cwd: string }): string {
  if (path === '~' || path.startsWith('~/')) return join(home, path.slice(1));
  return isAbsolute(path) ? resolve(path) : resolve(cwd, path);
}

/** What there is under a path, links followed to no end; undefined where there is nothing for us. */
export async function kindOf(path: string): Promise<'file' | 'folder' | 'link' | undefined> {
  const facts = await lstat(path).catch(() => undefined); // absent, or in a folder that is not for us
  if (!facts) return undefined;
  if (facts.isSymbolicLink()) return 'link';
  return facts.isDirectory() ? 'folder' : 'file';
}

/** Where a path really leads; itself where it leads nowhere. */
export function realPathOf(path: string): Promise<string> {
  return realpath(path).catch(() => path);
}

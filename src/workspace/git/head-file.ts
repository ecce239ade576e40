import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

const objectName = /^[0-9a-f]{40}(?:[0-9a-f]{24})?\n$/;

/**
 * The commit HEAD is at, from git's own files, where they say it outright: asking git costs a process. Undefined where only
 * git knows (packed refs, other ways of keeping refs, no commit yet).
 */
export async function readHead(folder: string): Promise<string | undefined> {
  try {
    const own = await ownFolder(folder);
    const head = await readFile(join(own, 'HEAD'), 'utf8');
    if (objectName.test(head)) return head.trim();
    const ref = /^ref: (refs\/heads\/.+)\n$/.exec(head)?.[1];
    if (ref === undefined) return undefined;
    const common = await readFile(join(own, 'commondir'), 'utf8').catch(() => '.'); // only worktrees have it
    const value = await readFile(join(resolve(own, common.trimEnd()), ref), 'utf8');
    return objectName.test(value) ? value.trim() : undefined;
  } catch {
    return undefined; // a file is not where it is in most repositories: git knows where
  }
}

/** `.git`, or where it points. */
async function ownFolder(folder: string): Promise<string> {
  const entry = join(folder, '.git');
  const pointer = await readFile(entry, 'utf8').catch(() => undefined); // a folder
  const path = /^gitdir: (.+)\n$/.exec(pointer ?? '')?.[1];
  return path === undefined ? entry : resolve(folder, path);
}
